import { problem } from './mooncake-row.ts';
import type { ParsedTrace, TraceRow } from './parsed-trace.ts';

/** `open`: the trace's timestamps drive arrivals. `closed`: they are optional and only delays matter. */
export type LoadKind = 'open' | 'closed';

export interface ReplaySessions {
  readonly session: Int32Array;
  readonly turn: Int32Array;
  /** First turns: ms from the earliest one; NaN on later turns. */
  readonly arrivalMs: Float64Array;
  readonly delayMs: Float64Array;
}

interface OpenSession {
  readonly number: number;
  turns: number;
  /** Last timestamp seen among its rows. */
  lastTimestampMs: number | undefined;
}

/** Groups rows into sessions by session_id, numbered by first row; derives arrivals and think times. */
export function replaySessions(trace: ParsedTrace, load: LoadKind): ReplaySessions {
  const count = trace.rows.length;
  const columns: ReplaySessions = {
    session: new Int32Array(count),
    turn: new Int32Array(count),
    arrivalMs: new Float64Array(count).fill(Number.NaN),
    delayMs: new Float64Array(count),
  };
  const byId = new Map<string, OpenSession>();
  let sessions = 0;
  trace.rows.forEach((row, index) => {
    let session = row.sessionId === undefined ? undefined : byId.get(row.sessionId);
    if (session === undefined) {
      session = { number: sessions++, turns: 0, lastTimestampMs: undefined };
      if (row.sessionId !== undefined) byId.set(row.sessionId, session);
      columns.arrivalMs[index] = firstTimestamp(row, trace.path, load);
    } else {
      columns.delayMs[index] = thinkTime(row, session, trace.path);
    }
    columns.session[index] = session.number;
    columns.turn[index] = session.turns++;
    session.lastTimestampMs = row.timestampMs ?? session.lastTimestampMs;
  });
  startAtZero(columns, trace.rows);
  return columns;
}

function firstTimestamp(row: TraceRow, path: string, load: LoadKind): number {
  if (row.delayMs !== undefined && row.delayMs > 0) {
    const session = row.sessionId === undefined ? 'a session' : `session ${JSON.stringify(row.sessionId)}`;
    throw problem(
      { path, line: row.line },
      `delay is ${row.delayMs} on the first turn of ${session}; a delay follows an earlier turn: remove it`,
    );
  }
  if (row.timestampMs === undefined && load === 'open') {
    throw problem(
      { path, line: row.line },
      'timestamp is missing on the first turn of a session; add it or replay in closed loop (--replay-concurrency)',
    );
  }
  return row.timestampMs ?? Number.NaN;
}

function thinkTime(row: TraceRow, session: OpenSession, path: string): number {
  if (row.delayMs !== undefined) return row.delayMs;
  if (row.timestampMs === undefined) return 0;
  const name = JSON.stringify(row.sessionId);
  if (session.lastTimestampMs === undefined) {
    throw problem(
      { path, line: row.line },
      `timestamp is ${row.timestampMs}, but no earlier turn of session ${name} has one to tell the delay from; ` +
        'give an explicit delay or remove it',
    );
  }
  const delay = row.timestampMs - session.lastTimestampMs;
  if (delay >= 0) return delay;
  throw problem(
    { path, line: row.line },
    `timestamp is ${row.timestampMs}, before ${session.lastTimestampMs} of an earlier turn of session ` +
      `${name}; put its rows in order or give an explicit delay`,
  );
}

/** Subtracts the earliest first-turn timestamp; a first turn without one (closed loop) arrives at 0. */
function startAtZero({ arrivalMs, turn }: ReplaySessions, rows: readonly TraceRow[]): void {
  let earliest = Number.POSITIVE_INFINITY;
  for (const arrival of arrivalMs) if (arrival < earliest) earliest = arrival;
  rows.forEach((row, index) => {
    if (turn[index] !== 0) return;
    arrivalMs[index] = row.timestampMs === undefined ? 0 : row.timestampMs - earliest;
  });
}
