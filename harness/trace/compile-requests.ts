import type { RequestColumns } from '../sim/request-columns.ts';
import { UserError } from '../user-error.ts';
import { blockKeys } from './block-keys.ts';
import { type InferredSessions, inferSessions } from './infer-sessions.ts';
import type { ParsedTrace } from './parsed-trace.ts';
import { type LoadKind, type ReplaySessions, replaySessions } from './replay-sessions.ts';

export interface CompileOptions {
  /** Tokens per KV block of the engine. */
  readonly blockSize: number;
  /** Default `open`. */
  readonly load?: LoadKind;
}

/** Turns a trace into what a simulation reads. Times are before any speed-up. */
export function compileRequests(trace: ParsedTrace, options: CompileOptions): RequestColumns {
  const { blockSize, load = 'open' } = options;
  if (!(Number.isSafeInteger(blockSize) && blockSize > 0)) {
    throw new UserError(`block size is ${blockSize}; expected an integer > 0`);
  }
  const { count, promptTokens, outputTokens } = trace.rows;
  const sessions = replaySessions(trace, load);
  const keys = blockKeys(trace.rows, trace.traceBlockSize, blockSize);
  let inferred: InferredSessions | undefined;
  return {
    count,
    promptTokens,
    outputTokens,
    ...sessions,
    ...keys,
    // Most replays never ask for them.
    get inferredSession() {
      inferred ??= conversations(trace, sessions);
      return inferred.session;
    },
    get inferredTurn() {
      inferred ??= conversations(trace, sessions);
      return inferred.turn;
    },
  };
}

/** The sessions a person would see: those of `session_id` where rows have it, else told by shared prompts. */
export function conversations(trace: ParsedTrace, sessions: ReplaySessions): InferredSessions {
  if (trace.rows.sessionNames.length > 0) {
    const sessionCount = 1 + sessions.session.reduce((highest, session) => Math.max(highest, session), -1);
    return { session: sessions.session.slice(), turn: sessions.turn.slice(), sessionCount };
  }
  const prompts = blockKeys(trace.rows, trace.traceBlockSize, trace.traceBlockSize);
  return inferSessions(prompts, arrivalOrder(sessions.arrivalMs));
}

/** Rows by arrival, ties in file order. */
function arrivalOrder(arrivalMs: Float64Array): Int32Array {
  const order = Int32Array.from(arrivalMs.keys());
  const isSorted = arrivalMs.every((arrival, row) => row === 0 || arrival >= (arrivalMs[row - 1] as number));
  return isSorted
    ? order
    : order.sort((a, b) => (arrivalMs[a] as number) - (arrivalMs[b] as number) || a - b);
}
