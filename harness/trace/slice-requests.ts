import type { Scenario } from '../score/scenario.ts';
import type { RequestColumns } from '../sim/request-columns.ts';
import { denseKeys } from './dense-keys.ts';

export interface RequestSlice {
  /** Requests of the window, in file order; time 0 is the start of the window. */
  readonly columns: RequestColumns;
  /** 1 where a request counts for the score. */
  readonly scored: Uint8Array;
}

/**
 * The requests of sessions that arrive in [warmupFromMs, untilMs). Scored are those that arrive from scoredFromMs on
 * and whose conversation began there too, so that nothing scored continues from before. Replay sessions stay whole:
 * their first turn decides.
 */
export function sliceRequests(columns: RequestColumns, window: Scenario['window']): RequestSlice {
  const startMs = sessionStarts(columns);
  const began = conversationStarts(columns, startMs);
  const chosen: number[] = [];
  for (let request = 0; request < columns.count; request++) {
    const arrival = startMs[columns.session[request] as number] as number;
    if (arrival >= window.warmupFromMs && arrival < window.untilMs) chosen.push(request);
  }
  const scored = Uint8Array.from(chosen, (request) => {
    const arrival = startMs[columns.session[request] as number] as number;
    const conversation = began[columns.inferredSession[request] as number] as number;
    return Math.min(arrival, conversation) >= window.scoredFromMs ? 1 : 0;
  });
  return { columns: take(columns, chosen, window.warmupFromMs), scored };
}

/** Arrival of each replay session's first turn. */
function sessionStarts({ count, session, turn, arrivalMs }: RequestColumns): number[] {
  const starts: number[] = [];
  for (let request = 0; request < count; request++) {
    if (turn[request] === 0) starts[session[request] as number] = arrivalMs[request] as number;
  }
  return starts;
}

/** Earliest arrival of each conversation. */
function conversationStarts(columns: RequestColumns, startMs: readonly number[]): number[] {
  const began: number[] = [];
  for (let request = 0; request < columns.count; request++) {
    const conversation = columns.inferredSession[request] as number;
    const arrival = startMs[columns.session[request] as number] as number;
    began[conversation] = Math.min(began[conversation] ?? Number.POSITIVE_INFINITY, arrival);
  }
  return began;
}

function take(columns: RequestColumns, chosen: readonly number[], zeroMs: number): RequestColumns {
  const pick = (column: Int32Array) => Int32Array.from(chosen, (request) => column[request] as number);
  return {
    count: chosen.length,
    promptTokens: pick(columns.promptTokens),
    outputTokens: pick(columns.outputTokens),
    session: renumbered(pick(columns.session)),
    turn: pick(columns.turn),
    arrivalMs: Float64Array.from(chosen, (request) => (columns.arrivalMs[request] as number) - zeroMs),
    delayMs: Float64Array.from(chosen, (request) => columns.delayMs[request] as number),
    ...takeKeys(columns, chosen),
    inferredSession: renumbered(pick(columns.inferredSession)),
    inferredTurn: pick(columns.inferredTurn),
  };
}

function takeKeys(columns: RequestColumns, chosen: readonly number[]) {
  const keyStart = new Int32Array(chosen.length + 1);
  chosen.forEach((request, index) => {
    const length = (columns.keyStart[request + 1] as number) - (columns.keyStart[request] as number);
    keyStart[index + 1] = (keyStart[index] as number) + length;
  });
  const keys = new Int32Array(keyStart[chosen.length] as number);
  chosen.forEach((request, index) => {
    const owned = columns.keys.subarray(columns.keyStart[request], columns.keyStart[request + 1]);
    keys.set(owned, keyStart[index]);
  });
  return { keyStart, ...denseKeys(keys, columns.keyCount) };
}

function renumbered(sessions: Int32Array): Int32Array {
  return denseKeys(sessions, 1 + sessions.reduce((highest, session) => Math.max(highest, session), -1)).keys;
}
