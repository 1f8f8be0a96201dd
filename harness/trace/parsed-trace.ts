/** A trace file after reading: rows as the file has them, checked and with defaults filled in. */
export interface ParsedTrace {
  /** File name without its folder. */
  readonly name: string;
  /** The file as the user named it; messages about rows begin with it. */
  readonly path: string;
  /** SHA-256 of the uncompressed bytes, hex. */
  readonly hash: string;
  /** Tokens that one hash id stands for. */
  readonly traceBlockSize: number;
  /** At least one, in file order. */
  readonly rows: readonly TraceRow[];
  /** Oddities that don't stop a replay, one sentence each. */
  readonly warnings: readonly string[];
}

export interface TraceRow {
  /** Line number, from 1. */
  readonly line: number;
  /** Arrival, ms on the trace's own clock; undefined = the row has none. */
  readonly timestampMs: number | undefined;
  /** 0 < promptTokens ≤ hashIds.length · traceBlockSize. */
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly hashIds: readonly HashId[];
  /** Rows with the same name are turns of one session; undefined = a session of its own. */
  readonly sessionId: string | undefined;
  /** Explicit pause after the previous turn's end, ms; undefined = not given (not the same as 0). */
  readonly delayMs: number | undefined;
}

/** An unsigned 64-bit integer: a number where it is exact, a bigint beyond 2^53. Never both for one value. */
export type HashId = number | bigint;
