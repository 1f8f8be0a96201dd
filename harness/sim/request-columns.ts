/**
 * The requests of one simulation, one column per field, in file order. Everything a simulation knows about its
 * traffic is here; it is compiled once per trace and block size and never written again.
 */
export interface RequestColumns {
  readonly count: number;
  /** Prompt length, tokens; > 0. */
  readonly promptTokens: Int32Array;
  /** Requested output length, tokens; 0 is legal (prefill only). */
  readonly outputTokens: Int32Array;
  /** Replay session of the request: sessions are numbered by their first row. */
  readonly session: Int32Array;
  /** Turn within the replay session, from 0. */
  readonly turn: Int32Array;
  /** Arrival of a session's first turn, ms from the earliest one, before any speed-up; NaN on later turns. */
  readonly arrivalMs: Float64Array;
  /** Think time between the end of the previous turn and this one, ms, before any speed-up; 0 on first turns. */
  readonly delayMs: Float64Array;
  /** Request r owns keys[keyStart[r] .. keyStart[r + 1]): one per full prompt block. Length count + 1. */
  readonly keyStart: Int32Array;
  /** Interned block keys: equal keys ⇔ equal token prefix up to and including that block. Dense, from 0. */
  readonly keys: Int32Array;
  /** Keys are in [0, keyCount). */
  readonly keyCount: number;
  /** Session inferred from shared prefixes (views and splits only; replay ignores it). */
  readonly inferredSession: Int32Array;
  /** Turn within the inferred session, from 0. */
  readonly inferredTurn: Int32Array;
}
