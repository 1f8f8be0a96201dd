/** A trace file after reading: checked, with defaults filled in. */
export interface ParsedTrace {
  /** File name without its folder. */
  readonly name: string;
  /** The file as the user named it; messages about rows begin with it. */
  readonly path: string;
  /** SHA-256 of the uncompressed bytes, hex. */
  readonly hash: string;
  /** Tokens that one trace block stands for. */
  readonly traceBlockSize: number;
  readonly rows: TraceRows;
  /** Oddities that don't stop a replay, one sentence each. */
  readonly warnings: readonly string[];
}

/** The rows of a trace, one column per field, in file order; at least one row. */
export interface TraceRows extends TracePrompts {
  /** Line number, from 1. */
  readonly line: Int32Array;
  /** Arrival, ms on the trace's own clock; NaN = the row has none. */
  readonly timestampMs: Float64Array;
  readonly outputTokens: Int32Array;
  /** Rows with the same number are turns of one named session; −1 = a session of its own. */
  readonly session: Int32Array;
  /** Names of the named sessions, numbered by first row. */
  readonly sessionNames: readonly string[];
  /** Explicit pause after the previous turn's end, ms; NaN = not given (not the same as 0). */
  readonly delayMs: Float64Array;
}

/** Prompts as lists of trace blocks. */
export interface TracePrompts {
  readonly count: number;
  /** 0 < promptTokens ≤ blocks of the row · trace block size. */
  readonly promptTokens: Int32Array;
  /** Row r is made of blocks[blockStart[r] .. blockStart[r + 1]). Length count + 1. */
  readonly blockStart: Int32Array;
  /** Hash ids, numbered 0, 1, 2, … in order of first appearance. */
  readonly blocks: Int32Array;
  /** How many different hash ids there are. */
  readonly blockCount: number;
}
