import type { Engine } from '../engines/engine.ts';
import type { EngineConfig, LoadSpec, RouterSpec } from '../sim/config.ts';

/** Everything that determines a replay, parsed and checked. */
export interface ReplayRequest {
  readonly workload: TraceWorkload | SyntheticWorkload;
  readonly engine: EngineConfig;
  /** Whose pass times the workers have. */
  readonly timedBy: Engine;
  /** Divides every pass part; 0 switches all scaling off. */
  readonly speedupRatio: number;
  /** Divides the decode part once more. */
  readonly decodeSpeedupRatio: number;
  readonly workers: number;
  /** For GPU hours alone. */
  readonly gpusPerWorker: number;
  readonly router: RouterSpec;
  readonly load: LoadSpec;
  /** Infinity = replay to the end. */
  readonly maxSimTimeMs: number;
  readonly sla: ServiceLevel;
}

export interface TraceWorkload {
  readonly kind: 'trace';
  readonly path: string;
  /** Tokens that one hash id stands for. */
  readonly traceBlockSize: number;
}

/** Sessions of equal turns; a turn shares at most the prefix of its session's group. */
export interface SyntheticWorkload {
  readonly kind: 'synthetic';
  /** Prompt tokens of every turn; > 0. */
  readonly inputTokens: number;
  /** Output tokens of every turn; > 0. */
  readonly outputTokens: number;
  readonly sessions: number;
  readonly turnsPerSession: number;
  /** Pause between the end of a turn and the next one, ms. */
  readonly interTurnDelayMs: number;
  readonly arrivals: SyntheticArrivals;
  /** Share of a prompt's blocks that its group has in common, 0 to 1; without groups nothing is shared. */
  readonly sharedPrefixRatio: number;
  readonly prefixGroups: number;
}

/** When the first turns of synthetic sessions arrive, before any speed-up. */
export type SyntheticArrivals =
  | { readonly kind: 'interval'; readonly intervalMs: number }
  | { readonly kind: 'poisson'; readonly requestsPerSecond: number; readonly seed: bigint }
  /** All at 0: a closed loop decides. */
  | { readonly kind: 'unscheduled' };

/** A request is good when it holds every bound that is given, ms. */
export interface ServiceLevel {
  readonly ttftMs?: number;
  /** Mean gap between the tokens of one request. */
  readonly itlMs?: number;
  readonly e2eMs?: number;
}
