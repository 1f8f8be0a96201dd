import { blockKeys } from './block-keys.ts';
import { conversations } from './compile-requests.ts';
import type { ParsedTrace } from './parsed-trace.ts';
import { PrefixNumbering } from './prefix-numbering.ts';
import { replaySessions } from './replay-sessions.ts';

/** Figures of a trace. Lengths in tokens, times in ms. */
export interface TraceProfile {
  readonly name: string;
  readonly hash: string;
  readonly traceBlockSize: number;
  readonly requests: number;
  /** From the first arrival to the last; undefined when no row has a timestamp. */
  readonly durationMs: number | undefined;
  readonly promptTokens: Spread;
  readonly outputTokens: Spread;
  readonly sessions: {
    readonly count: number;
    readonly multiTurn: number;
    readonly longestTurns: number;
    readonly from: 'session_id' | 'shared prompts';
  };
  readonly reuse: ReuseCeiling;
  /** Arrivals in each minute of the trace. */
  readonly requestsPerMinute: readonly number[];
  readonly warnings: readonly string[];
}

export interface Spread {
  readonly mean: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** What a cache that never forgets would save. */
interface ReuseCeiling {
  /** Trace blocks of all prompts, partial last ones included. */
  readonly blocks: number;
  readonly uniqueBlocks: number;
  /** Share of blocks seen before. */
  readonly blockHit: number;
  /** Prompt tokens in full blocks seen before ÷ prompt tokens. */
  readonly tokenHit: number;
  /** Share of all block hits that the 20 most reused blocks give. */
  readonly hottest20Share: number;
}

export function traceProfile(trace: ParsedTrace): TraceProfile {
  const { rows } = trace;
  const times = rows.timestampMs.filter((time) => !Number.isNaN(time));
  const first = times.reduce((low, time) => Math.min(low, time), Number.POSITIVE_INFINITY);
  const last = times.reduce((high, time) => Math.max(high, time), Number.NEGATIVE_INFINITY);
  return {
    name: trace.name,
    hash: trace.hash,
    traceBlockSize: trace.traceBlockSize,
    requests: rows.count,
    durationMs: times.length === 0 ? undefined : last - first,
    promptTokens: spread(rows.promptTokens),
    outputTokens: spread(rows.outputTokens),
    sessions: sessionFigures(trace),
    reuse: reuseCeiling(trace),
    requestsPerMinute: perMinute(times, first, last),
    warnings: trace.warnings,
  };
}

function sessionFigures(trace: ParsedTrace): TraceProfile['sessions'] {
  const { session, sessionCount } = conversations(trace, replaySessions(trace, 'closed'));
  const turns = new Int32Array(sessionCount);
  for (const number of session) turns[number] = (turns[number] as number) + 1;
  return {
    count: sessionCount,
    multiTurn: turns.reduce((count, length) => count + (length > 1 ? 1 : 0), 0),
    longestTurns: turns.reduce((longest, length) => Math.max(longest, length), 0),
    from: trace.rows.sessionNames.length > 0 ? 'session_id' : 'shared prompts',
  };
}

function reuseCeiling(trace: ParsedTrace): ReuseCeiling {
  const uses = usesPerBlock(trace);
  const blocks = uses.reduce((sum, count) => sum + count, 0);
  const hits = blocks - uses.length;
  const hottest = uses.sort((a, b) => b - a).slice(0, 20);
  const hottestHits = hottest.reduce((sum, count) => sum + count - 1, 0);
  const full = blockKeys(trace.rows, trace.traceBlockSize, trace.traceBlockSize);
  const tokens = trace.rows.promptTokens.reduce((sum, prompt) => sum + prompt, 0);
  return {
    blocks,
    uniqueBlocks: uses.length,
    blockHit: hits / blocks,
    tokenHit: ((full.keys.length - full.keyCount) * trace.traceBlockSize) / tokens,
    hottest20Share: hits === 0 ? 0 : hottestHits / hits,
  };
}

/** How many prompts begin with each different run of trace blocks. */
function usesPerBlock({ rows, traceBlockSize }: ParsedTrace): number[] {
  const prefixes = new PrefixNumbering(rows);
  const uses: number[] = [];
  for (let row = 0; row < rows.count; row++) {
    const first = rows.blockStart[row] as number;
    const end = first + Math.ceil((rows.promptTokens[row] as number) / traceBlockSize);
    let prefix = -1;
    for (let block = first; block < end; block++) {
      prefix = prefixes.next(prefix, rows.blocks[block] as number);
      uses[prefix] = (uses[prefix] ?? 0) + 1;
    }
  }
  return uses;
}

function perMinute(times: Float64Array, first: number, last: number): number[] {
  if (times.length === 0) return [];
  const minutes = new Array<number>(Math.floor((last - first) / 60_000) + 1).fill(0);
  for (const time of times) {
    const minute = Math.floor((time - first) / 60_000);
    minutes[minute] = (minutes[minute] ?? 0) + 1;
  }
  return minutes;
}

function spread(values: Int32Array): Spread {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] as number;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return { mean, p10: at(0.1), p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}
