import { type HookCalls, totalCalls } from '../sim/hook-calls.ts';
import { STATUS } from '../sim/simulation-result.ts';
import { decisionHash } from './decision-hash.ts';
import type { ScenarioMetrics } from './scenario-metrics.ts';

/** A request counts for goodput with TTFT and TPOT up to these, ms. */
export const GOODPUT_TTFT_MS = 2000;
export const GOODPUT_TPOT_MS = 50;

/** What the parent knows about a scenario's requests, whatever a child says. */
export interface ScenarioRequests {
  readonly name: string;
  readonly workers: number;
  readonly promptTokens: Int32Array;
  /** Requested. */
  readonly outputTokens: Int32Array;
  /** 1 where the request counts, 0 in the warm-up. */
  readonly scored: Uint8Array;
  /** No token takes less than this. */
  readonly fastestPassMs: number;
}

/** One row per request, as a simulation left them. */
export interface MeasuredColumns {
  readonly status: Uint8Array;
  readonly worker: Int32Array;
  readonly arrivalMs: Float64Array;
  readonly admitMs: Float64Array;
  readonly firstTokenMs: Float64Array;
  readonly lastTokenMs: Float64Array;
  readonly endMs: Float64Array;
  readonly outputTokens: Int32Array;
  readonly reusedTokens: Int32Array;
  readonly placementOrder: Int32Array;
  readonly placementCalls: Int32Array;
}

export type Measurement =
  | { readonly kind: 'measured'; readonly metrics: ScenarioMetrics }
  | { readonly kind: 'invariant-violated'; readonly reason: string };

/** Computes a scenario's metrics from its columns, after checking that they can be true. */
export function measureScenario(
  requests: ScenarioRequests,
  columns: MeasuredColumns,
  hookCalls: HookCalls,
): Measurement {
  const violation = brokenLaw(requests, columns) ?? uncalled(columns, hookCalls);
  if (violation !== undefined)
    return { kind: 'invariant-violated', reason: `${requests.name}: ${violation}` };
  const metrics = summarise(requests, columns, hookCalls);
  const impossible = impossibleMean(metrics);
  if (impossible !== undefined)
    return { kind: 'invariant-violated', reason: `${requests.name}: ${impossible}` };
  return { kind: 'measured', metrics };
}

/** Nothing is placed without a cost: a policy that was not asked is not the one that decided. */
function uncalled({ placementOrder }: MeasuredColumns, { cost }: HookCalls): string | undefined {
  if (cost >= placementOrder.length) return undefined;
  return `router.cost was called ${cost} times for ${placementOrder.length} placements`;
}

/** Scores are ratios of these means: they must be finite and above 0. */
function impossibleMean({ ttftMeanMs, e2eMeanMs }: ScenarioMetrics): string | undefined {
  if (!isPositive(ttftMeanMs)) return `its mean TTFT is ${ttftMeanMs} ms`;
  if (!isPositive(e2eMeanMs)) return `its mean latency is ${e2eMeanMs} ms`;
  return undefined;
}

function isPositive(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}

function brokenLaw(requests: ScenarioRequests, columns: MeasuredColumns): string | undefined {
  let scoredCompletions = 0;
  for (let request = 0; request < requests.scored.length; request++) {
    const broken = brokenLawOf(request, requests, columns);
    if (broken !== undefined) return `request ${request + 1} ${broken}`;
    if (isScoredCompletion(request, requests, columns)) scoredCompletions++;
  }
  if (!isPermutation(columns.placementOrder, requests.scored.length))
    return 'a request was placed twice or not at all';
  return scoredCompletions === 0 ? 'no scored request completed' : undefined;
}

function brokenLawOf(
  request: number,
  { workers, promptTokens, outputTokens, fastestPassMs }: ScenarioRequests,
  columns: MeasuredColumns,
): string | undefined {
  const worker = columns.worker[request] ?? -1;
  if (worker < 0 || worker >= workers) return `ran on worker ${worker} of ${workers}`;
  const status = columns.status[request];
  if (status === STATUS.rejected) return undefined;
  if (status !== STATUS.completed) return 'arrived, but neither completed nor was rejected';
  if (columns.outputTokens[request] !== outputTokens[request]) {
    return `produced ${columns.outputTokens[request]} of ${outputTokens[request]} tokens`;
  }
  const reused = columns.reusedTokens[request] ?? -1;
  if (reused < 0 || reused > (promptTokens[request] ?? 0) + (outputTokens[request] ?? 0)) {
    return `reused ${reused} tokens`;
  }
  if (!isCausal(request, columns)) return 'has an event before its cause';
  return isServed(request, columns, fastestPassMs) ? undefined : 'was served faster than the engine can';
}

/** Each token takes a pass, the first one too. */
function isServed(request: number, columns: MeasuredColumns, fastestPassMs: number): boolean {
  const at = (column: Float64Array) => column[request] ?? Number.NaN;
  const tokens = columns.outputTokens[request] ?? 0;
  if (tokens === 0) return true;
  return (
    at(columns.firstTokenMs) - at(columns.arrivalMs) >= fastestPassMs &&
    at(columns.lastTokenMs) - at(columns.firstTokenMs) >= (tokens - 1) * fastestPassMs
  );
}

/** arrival ≤ admission ≤ first token ≤ last token = end; without output there are no tokens. NaN is never in order. */
function isCausal(request: number, columns: MeasuredColumns): boolean {
  const at = (column: Float64Array) => column[request] ?? Number.NaN;
  const end = at(columns.endMs);
  const isAdmitted = at(columns.arrivalMs) >= 0 && at(columns.arrivalMs) <= at(columns.admitMs);
  if (columns.outputTokens[request] === 0)
    return isAdmitted && at(columns.admitMs) <= end && Number.isFinite(end);
  return (
    isAdmitted &&
    at(columns.admitMs) <= at(columns.firstTokenMs) &&
    at(columns.firstTokenMs) <= at(columns.lastTokenMs) &&
    at(columns.lastTokenMs) <= end &&
    Number.isFinite(end)
  );
}

function isPermutation(order: Int32Array, count: number): boolean {
  const seen = new Uint8Array(count);
  for (const request of order) {
    if (request < 0 || request >= count || seen[request] === 1) return false;
    seen[request] = 1;
  }
  return order.length === count;
}

function isScoredCompletion(
  request: number,
  { scored }: ScenarioRequests,
  { status }: MeasuredColumns,
): boolean {
  return scored[request] === 1 && status[request] === STATUS.completed;
}

/** Samples of the scored requests that completed; first-token times exist only where there was output. */
interface Samples {
  readonly ttftMs: number[];
  readonly e2eMs: number[];
  readonly tpotMs: number[];
  good: number;
  promptTokens: number;
  reusedTokens: number;
}

function summarise(
  requests: ScenarioRequests,
  columns: MeasuredColumns,
  hookCalls: HookCalls,
): ScenarioMetrics {
  const samples: Samples = { ttftMs: [], e2eMs: [], tpotMs: [], good: 0, promptTokens: 0, reusedTokens: 0 };
  let scored = 0;
  for (let request = 0; request < requests.scored.length; request++) {
    if (requests.scored[request] === 1) scored++;
    if (isScoredCompletion(request, requests, columns)) addSample(samples, request, requests, columns);
  }
  const ttft = Float64Array.from(samples.ttftMs).sort();
  const e2e = Float64Array.from(samples.e2eMs).sort();
  return {
    scenario: requests.name,
    requests: scored,
    completed: samples.e2eMs.length,
    ttftMeanMs: mean(samples.ttftMs),
    ttftP50Ms: percentile(ttft, 50),
    ttftP90Ms: percentile(ttft, 90),
    ttftP99Ms: percentile(ttft, 99),
    e2eMeanMs: mean(samples.e2eMs),
    e2eP99Ms: percentile(e2e, 99),
    tpotMeanMs: mean(samples.tpotMs),
    goodput: samples.good / scored,
    reuse: samples.reusedTokens / samples.promptTokens,
    decisionHash: decisionHash(columns),
    policyCalls: totalCalls(hookCalls),
    hookCalls,
  };
}

function addSample(
  samples: Samples,
  request: number,
  requests: ScenarioRequests,
  columns: MeasuredColumns,
): void {
  const at = (column: Float64Array) => column[request] ?? Number.NaN;
  const output = columns.outputTokens[request] ?? 0;
  const arrivalMs = at(columns.arrivalMs);
  const ttftMs = output > 0 ? at(columns.firstTokenMs) - arrivalMs : 0;
  const tpotMs = output > 1 ? (at(columns.lastTokenMs) - at(columns.firstTokenMs)) / (output - 1) : 0;
  samples.e2eMs.push((output > 0 ? at(columns.lastTokenMs) : at(columns.endMs)) - arrivalMs);
  if (output > 0) samples.ttftMs.push(ttftMs);
  if (output > 1) samples.tpotMs.push(tpotMs);
  if (ttftMs <= GOODPUT_TTFT_MS && tpotMs <= GOODPUT_TPOT_MS) samples.good++;
  samples.promptTokens += requests.promptTokens[request] ?? 0;
  samples.reusedTokens += columns.reusedTokens[request] ?? 0;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** sorted[round((n − 1) · p / 100)], halves up. */
export function percentile(sorted: Float64Array, p: number): number {
  return sorted[Math.floor(((sorted.length - 1) * p) / 100 + 0.5)] ?? 0;
}
