import { DEFAULT_ENGINE_NAME, type Engine, engineNamed, requireContext } from '../engines/engine.ts';
import { kvCapacityTokens } from '../engines/kv-capacity.ts';
import type { RequestColumns } from '../sim/request-columns.ts';
import { sliceRequests } from '../trace/slice-requests.ts';
import { UserError } from '../user-error.ts';
import type { Scenario, Split } from './scenario.ts';
import type { ScenarioTrace } from './scenario-trace.ts';

export interface ScenarioOptions {
  /** One speed-up instead of the two defaults. */
  readonly speedup?: number;
  readonly workers?: number;
  readonly kvBlocks?: number;
  /** Name of an engine profile. */
  readonly engine?: string;
  /** Seed of the policies' random numbers. */
  readonly seed?: number;
}

/** At and somewhat below the highest load that the baseline still serves well on hour-long Mooncake traces. */
const DEFAULT_SPEEDUPS = [3, 5];
const DEFAULT_WORKERS = 8;
const DEFAULT_KV_BLOCKS = 4000;
const MAX_BATCHED_TOKENS = 8192;
/** A mean over fewer requests says nothing; without output there is no TTFT to take it of. */
const MIN_SCORED_REQUESTS = 10;

/** Parts of the trace's duration. Train begins cold, the others are replayed from a fifth of the trace before them. */
const WINDOWS: readonly {
  readonly split: Split;
  readonly from: number;
  readonly scored: number;
  readonly until: number;
}[] = [
  { split: 'train', from: 0, scored: 0.025, until: 0.5 },
  { split: 'validation', from: 0.3, scored: 0.5, until: 0.7 },
  { split: 'sealed', from: 0.5, scored: 0.7, until: 1 },
];

/**
 * The scenarios of one trace: its first half, next fifth and last 30 % as train, validation and sealed, each at every
 * speed-up, the heaviest load first.
 */
export function scenariosFor(trace: ScenarioTrace, options: ScenarioOptions = {}): Scenario[] {
  const { workers = DEFAULT_WORKERS, engine: engineName = DEFAULT_ENGINE_NAME, seed = 1 } = options;
  const speedups = options.speedup === undefined ? DEFAULT_SPEEDUPS : [options.speedup];
  requirePositive('--workers', workers);
  if (!speedups.every((speedup) => Number.isFinite(speedup) && speedup > 0)) {
    throw new UserError(`--speedup is ${options.speedup}; expected a number > 0`);
  }
  const engine = engineNamed(engineName);
  const kvBlocks = kvBlocksOf(engine, trace, options.kvBlocks);
  requireContext(engine, longestRequest(trace.columns), trace.name);
  const windows = splitWindows(trace);
  return [...speedups]
    .sort((a, b) => b - a)
    .flatMap((speedup) =>
      windows.map(({ split, window }) => ({
        name: `${stemOf(trace.name)}-x${speedup}-${split}`,
        split,
        trace: { name: trace.name, hash: trace.hash },
        window,
        speedup,
        workers,
        kvBlocks,
        blockSize: trace.blockSize,
        maxBatchedTokens: MAX_BATCHED_TOKENS,
        engine: { name: engine.name, hash: engine.hash },
        seed,
      })),
    );
}

/** The wanted pool, or the usual one as far as the engine's memory allows. */
function kvBlocksOf({ profile }: Engine, { blockSize }: ScenarioTrace, wanted: number | undefined): number {
  if (wanted !== undefined) requirePositive('--kv-blocks', wanted);
  if (profile === undefined) return wanted ?? DEFAULT_KV_BLOCKS;
  const capacity = Math.floor(kvCapacityTokens(profile, MAX_BATCHED_TOKENS) / blockSize);
  if (wanted === undefined) return Math.min(DEFAULT_KV_BLOCKS, capacity);
  if (wanted <= capacity) return wanted;
  throw new UserError(
    `--kv-blocks ${wanted} does not fit: ${profile.name} holds ${capacity} blocks of ${blockSize} tokens in ${profile.gpusPerWorker} GPUs of ${profile.system}`,
  );
}

function longestRequest({ promptTokens, outputTokens }: RequestColumns): number {
  return promptTokens.reduce((longest, tokens, request) => {
    return Math.max(longest, tokens + (outputTokens[request] ?? 0));
  }, 0);
}

function splitWindows(
  trace: ScenarioTrace,
): { readonly split: Split; readonly window: Scenario['window'] }[] {
  const durationMs = lastArrivalMs(trace.columns);
  return WINDOWS.map(({ split, from, scored, until }) => {
    const at = (share: number) => Math.round(share * durationMs);
    // The window's end is exclusive: the last request belongs to the last part.
    const untilMs = until === 1 ? Math.floor(durationMs) + 1 : at(until);
    const window = { warmupFromMs: at(from), scoredFromMs: at(scored), untilMs };
    const slice = sliceRequests(trace.columns, window);
    const count = slice.scored.filter(
      (flag, request) => flag === 1 && (slice.columns.outputTokens[request] ?? 0) > 0,
    ).length;
    if (count < MIN_SCORED_REQUESTS) {
      throw new UserError(
        `${trace.name}: too short to split: ${count} requests with output to score in its ${split} part, ` +
          `at least ${MIN_SCORED_REQUESTS} are needed; use a longer trace`,
      );
    }
    return { split, window };
  });
}

function lastArrivalMs({ arrivalMs }: RequestColumns): number {
  // Later turns of a session have no arrival of their own.
  return arrivalMs.reduce(
    (latest, arrival) => (Number.isNaN(arrival) ? latest : Math.max(latest, arrival)),
    0,
  );
}

function requirePositive(flag: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value > 0))
    throw new UserError(`${flag} is ${value}; expected an integer > 0`);
}

function stemOf(fileName: string): string {
  return fileName.replace(/\.gz$/, '').replace(/\.jsonl?$/, '');
}
