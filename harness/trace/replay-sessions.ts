import { problem } from './mooncake-row.ts';
import type { ParsedTrace, TraceRows } from './parsed-trace.ts';

/** `open`: the trace's timestamps drive arrivals. `closed`: they are optional and only delays matter. */
export type LoadKind = 'open' | 'closed';

export interface ReplaySessions {
  readonly session: Int32Array;
  readonly turn: Int32Array;
  /** First turns: ms from the earliest one; NaN on later turns. */
  readonly arrivalMs: Float64Array;
  readonly delayMs: Float64Array;
}

/** Groups rows into sessions by session_id, numbered by first row; derives arrivals and think times. */
export function replaySessions(trace: ParsedTrace, load: LoadKind): ReplaySessions {
  const { rows } = trace;
  const columns: ReplaySessions = {
    session: new Int32Array(rows.count),
    turn: new Int32Array(rows.count),
    arrivalMs: new Float64Array(rows.count).fill(Number.NaN),
    delayMs: new Float64Array(rows.count),
  };
  const named = rows.sessionNames.map(() => ({ number: -1, turns: 0, lastTimestampMs: Number.NaN }));
  let sessions = 0;
  for (let row = 0; row < rows.count; row++) {
    const session = named[rows.session[row] as number];
    const turn = session?.turns ?? 0;
    if (turn === 0) {
      columns.arrivalMs[row] = firstTimestamp(trace, row, load);
      if (session !== undefined) session.number = sessions;
    } else if (session !== undefined) {
      columns.delayMs[row] = thinkTime(trace, row, session.lastTimestampMs);
    }
    columns.session[row] = turn === 0 ? sessions++ : (session?.number ?? 0);
    columns.turn[row] = turn;
    if (session === undefined) continue;
    const timestampMs = rows.timestampMs[row] as number;
    session.turns += 1;
    if (!Number.isNaN(timestampMs)) session.lastTimestampMs = timestampMs;
  }
  startAtZero(columns, rows);
  return columns;
}

/** NaN when there is none and none is needed. */
function firstTimestamp({ rows, path }: ParsedTrace, row: number, load: LoadKind): number {
  const delayMs = rows.delayMs[row] as number;
  if (delayMs > 0) {
    const name = rows.sessionNames[rows.session[row] as number];
    const session = name === undefined ? 'a session' : `session ${JSON.stringify(name)}`;
    throw problem(
      { path, line: rows.line[row] as number },
      `delay is ${delayMs} on the first turn of ${session}; a delay follows an earlier turn: remove it`,
    );
  }
  const timestampMs = rows.timestampMs[row] as number;
  if (Number.isNaN(timestampMs) && load === 'open') {
    throw problem(
      { path, line: rows.line[row] as number },
      'timestamp is missing on the first turn of a session; add it or replay in closed loop (--replay-concurrency)',
    );
  }
  return timestampMs;
}

/** `lastTimestampMs` is the last one seen among the session's rows; NaN = none. */
function thinkTime({ rows, path }: ParsedTrace, row: number, lastTimestampMs: number): number {
  const delayMs = rows.delayMs[row] as number;
  const timestampMs = rows.timestampMs[row] as number;
  if (!Number.isNaN(delayMs)) return delayMs;
  if (Number.isNaN(timestampMs)) return 0;
  const name = JSON.stringify(rows.sessionNames[rows.session[row] as number]);
  if (Number.isNaN(lastTimestampMs)) {
    throw problem(
      { path, line: rows.line[row] as number },
      `timestamp is ${timestampMs}, but no earlier turn of session ${name} has one to tell the delay from; ` +
        'give an explicit delay or remove it',
    );
  }
  const delay = timestampMs - lastTimestampMs;
  if (delay >= 0) return delay;
  throw problem(
    { path, line: rows.line[row] as number },
    `timestamp is ${timestampMs}, before ${lastTimestampMs} of an earlier turn of session ` +
      `${name}; put its rows in order or give an explicit delay`,
  );
}

/** Subtracts the earliest first-turn timestamp; a first turn without one (closed loop) arrives at 0. */
function startAtZero({ arrivalMs, turn }: ReplaySessions, { count, timestampMs }: TraceRows): void {
  let earliest = Number.POSITIVE_INFINITY;
  for (let row = 0; row < count; row++) {
    if ((arrivalMs[row] as number) < earliest) earliest = arrivalMs[row] as number;
  }
  for (let row = 0; row < count; row++) {
    if (turn[row] !== 0) continue;
    const timestamp = timestampMs[row] as number;
    arrivalMs[row] = Number.isNaN(timestamp) ? 0 : timestamp - earliest;
  }
}
