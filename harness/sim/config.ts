import type { Policy } from '../contract/index.ts';
import type { PassTiming } from './pass-timing.ts';

/** A vLLM-style engine. Defaults are those of DynoSim 1.4.2. */
export interface EngineConfig {
  /** Pool size per worker, blocks. */
  readonly numGpuBlocks: number;
  /** Tokens per block. */
  readonly blockSize: number;
  /** Limit on running requests; Infinity = none. */
  readonly maxNumSeqs: number;
  /** Token budget of one pass; Infinity = none. */
  readonly maxNumBatchedTokens: number;
  readonly enablePrefixCaching: boolean;
  readonly enableChunkedPrefill: boolean;
  readonly preemptionMode: 'lifo' | 'fifo';
  /** Limit on prompt + output tokens; Infinity = none. */
  readonly maxModelLen: number;
}

export const DEFAULT_ENGINE: EngineConfig = {
  numGpuBlocks: 16384,
  blockSize: 64,
  maxNumSeqs: 256,
  maxNumBatchedTokens: 8192,
  enablePrefixCaching: true,
  enableChunkedPrefill: true,
  preemptionMode: 'lifo',
  maxModelLen: Number.POSITIVE_INFINITY,
};

/** DynoSim's KV router. Names follow its `--router-config` keys. */
export interface KvRouterConfig {
  readonly overlapScoreCredit: number;
  readonly overlapScoreCreditDecay: number;
  readonly prefillLoadScale: number;
  readonly decodeActiveRequestWeight: number;
  readonly trackPrefillTokens: boolean;
  readonly trackActiveBlocks: boolean;
  readonly assumeKvReuse: boolean;
  /** A worker is busy above this many budgets of booked prefill tokens; Infinity = requests are never queued. */
  readonly queueThreshold: number;
  readonly queuePolicy: 'fcfs' | 'lcfs' | 'wspt';
}

export const DEFAULT_KV_ROUTER: KvRouterConfig = {
  overlapScoreCredit: 1,
  overlapScoreCreditDecay: 0,
  prefillLoadScale: 1,
  decodeActiveRequestWeight: 0,
  trackPrefillTokens: true,
  trackActiveBlocks: true,
  assumeKvReuse: true,
  queueThreshold: Number.POSITIVE_INFINITY,
  queuePolicy: 'fcfs',
};

export type RouterSpec =
  | { readonly kind: 'round-robin' }
  | { readonly kind: 'kv'; readonly config: KvRouterConfig; readonly tieBreak: TieBreak }
  | { readonly kind: 'policy'; readonly policy: Policy };

/** Where a router picks among equal costs: always the lowest id, or at random from a seed. */
export type TieBreak = { readonly kind: 'lowest-id' } | { readonly kind: 'random'; readonly seed: number };

export type LoadSpec =
  /** Requests arrive when the trace says; arrivals and think times are divided by `speedup`. */
  | { readonly kind: 'open'; readonly speedup: number }
  /** `concurrency` session slots; a session keeps its slot through its turns and think times. */
  | { readonly kind: 'closed'; readonly concurrency: number };

/** Everything that determines a simulation besides its requests. */
export interface SimulationSpec {
  readonly engine: EngineConfig;
  readonly timing: PassTiming;
  readonly workers: number;
  readonly router: RouterSpec;
  readonly load: LoadSpec;
  /** Stop before the first event later than this, ms; Infinity = run to the end. */
  readonly maxSimTimeMs: number;
  /** Absent = none. */
  readonly limits?: SimulationLimits;
}

/** What a policy may use up; more than that is a PolicyError. */
export interface SimulationLimits {
  /** Calls of its hooks. */
  readonly hookCalls: number;
  /** Rounds of pass ends, arrivals and pass starts. */
  readonly rounds: number;
}
