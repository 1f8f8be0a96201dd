import type { TimingSource } from '../engines/engine.ts';

export type Split = 'train' | 'validation' | 'sealed';

/** One simulation a policy is scored on: plain data, pinned in the run record and part of the fingerprint. */
export interface Scenario {
  /** Unique and readable, e.g. `conversation-x3-train`. */
  readonly name: string;
  readonly split: Split;
  /** File name of the trace and SHA-256 of its uncompressed bytes. */
  readonly trace: { readonly name: string; readonly hash: string };
  /**
   * Slice of trace time, ms before speed-up. Requests arriving in [warmupFromMs, untilMs) are replayed; those arriving
   * from scoredFromMs on whose inferred session began at or after scoredFromMs are scored.
   */
  readonly window: { readonly warmupFromMs: number; readonly scoredFromMs: number; readonly untilMs: number };
  /** Arrival times are divided by this. */
  readonly speedup: number;
  readonly workers: number;
  readonly kvBlocks: number;
  readonly blockSize: number;
  readonly maxBatchedTokens: number;
  /** Engine profile by name and content; `polynomial` is DynoSim's default timing. */
  readonly engine: TimingSource;
  /** Seed of the policy's random numbers. */
  readonly seed: number;
}
