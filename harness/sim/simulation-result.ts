import type { HookCalls } from './hook-calls.ts';
import type { LogSketch } from './log-sketch.ts';

/** How a request ended. Stored in the `status` column. */
export const STATUS = { notArrived: 0, inFlight: 1, completed: 2, rejected: 3 } as const;

/** One row per request, in the order of RequestColumns. Times in ms; NaN where it has not happened. */
export interface RequestOutcomes {
  readonly status: Uint8Array;
  /** Worker it was placed on, −1 before that. */
  readonly worker: Int32Array;
  /** When TTFT starts to count. */
  readonly arrivalMs: Float64Array;
  /** Start of the pass that admitted it first. */
  readonly admitMs: Float64Array;
  readonly firstTokenMs: Float64Array;
  readonly secondTokenMs: Float64Array;
  readonly lastTokenMs: Float64Array;
  /** When it finished or was rejected. */
  readonly endMs: Float64Array;
  /** Tokens generated. */
  readonly outputTokens: Int32Array;
  /** Prompt tokens taken from the cache: the largest over all admissions, and that of the first. */
  readonly reusedTokens: Int32Array;
  readonly firstReusedTokens: Int32Array;
}

export interface SimulationResult {
  readonly outcomes: RequestOutcomes;
  /** Requests in the order they were placed, and how many calls the router had had each time. */
  readonly placementOrder: Int32Array;
  readonly placementCalls: Int32Array;
  readonly placements: number;
  /** Time of the last event, ms. */
  readonly lastEventMs: number;
  readonly passes: number;
  readonly preemptions: number;
  /** Router decisions with several cheapest workers, other than among workers that were never used. */
  readonly ties: number;
  /** Calls of the policy's hooks, by hook and together. */
  readonly hookCalls: HookCalls;
  readonly policyCalls: number;
  /** Every gap between consecutive tokens of a completed request. */
  readonly gaps: TokenGaps;
}

/** Gaps between consecutive tokens of a request, pooled over requests, and the same gaps as tokens per second. */
export interface TokenGaps {
  readonly itlMs: LogSketch;
  readonly tokensPerSecond: LogSketch;
}
