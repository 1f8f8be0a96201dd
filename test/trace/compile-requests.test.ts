import { describe, expect, it } from 'vitest';
import { compileRequests } from '../../harness/trace/compile-requests.ts';
import { complaint, smallTrace } from './small-trace.ts';

const BODY = { input_length: 600, output_length: 3, hash_ids: [1, 2] };

function compile(rows: readonly object[], load: 'open' | 'closed' = 'open') {
  return compileRequests(smallTrace(rows), { blockSize: 64, load });
}

describe('sessions of a compiled trace', () => {
  it('are rows of one session_id, wherever they stand, numbered by first row', () => {
    const columns = compile([
      { ...BODY, timestamp: 0, session_id: 'a' },
      { ...BODY, timestamp: 5 },
      { ...BODY, timestamp: 6, session_id: 'b' },
      { ...BODY, timestamp: 9, session_id: 'a' },
      { ...BODY, timestamp: 10 },
      { ...BODY, timestamp: 11, session_id: 'a' },
    ]);
    expect([...columns.session]).toEqual([0, 1, 2, 0, 3, 0]);
    expect([...columns.turn]).toEqual([0, 0, 0, 1, 0, 2]);
  });

  it('stand for the inferred ones where the trace names them', () => {
    const { inferredSession, inferredTurn, session, turn } = compile([
      { ...BODY, timestamp: 0, session_id: 'a' },
      { ...BODY, timestamp: 5, session_id: 'b' },
      { ...BODY, timestamp: 9, session_id: 'a' },
    ]);
    expect([...inferredSession]).toEqual([...session]);
    expect([...inferredTurn]).toEqual([...turn]);
  });

  it('are single requests without session_id, while conversations are inferred from prompts', () => {
    const columns = compile([
      { ...BODY, timestamp: 0 },
      { ...BODY, timestamp: 5, input_length: 1100, hash_ids: [1, 2, 3] },
      { ...BODY, timestamp: 6, hash_ids: [7, 8] },
    ]);
    expect([...columns.session]).toEqual([0, 1, 2]);
    expect([...columns.turn]).toEqual([0, 0, 0]);
    expect([...columns.inferredSession]).toEqual([0, 0, 1]);
    expect([...columns.inferredTurn]).toEqual([0, 1, 0]);
  });
});

describe('arrivals of a compiled trace', () => {
  it('count from the earliest first turn and exist on first turns only', () => {
    const columns = compile([
      { ...BODY, timestamp: 1000.5, session_id: 'a' },
      { ...BODY, timestamp: 400 },
      { ...BODY, timestamp: -2, session_id: 'b' },
      { ...BODY, timestamp: 1300, session_id: 'a' },
    ]);
    expect([...columns.arrivalMs]).toEqual([1002.5, 402, 0, Number.NaN]);
  });

  it('need a timestamp in open loop only', () => {
    const rows = [{ ...BODY, timestamp: 5 }, BODY];
    expect(complaint(() => compile(rows))).toBe(
      'small.jsonl:2: timestamp is missing on the first turn of a session; add it or replay in closed loop (--replay-concurrency)',
    );
    expect([...compile(rows, 'closed').arrivalMs]).toEqual([0, 0]);
  });
});

describe('delays of a compiled trace', () => {
  const turn = (fields: object) => ({ ...BODY, session_id: 'a', ...fields });
  const delays = (...rows: object[]) => [...compile(rows.map(turn)).delayMs];

  it('are the explicit ones first', () => {
    expect(delays({ timestamp: 0 }, { timestamp: 1000, delay: 5 }, { delay_ms: 7.5 })).toEqual([0, 5, 7.5]);
  });

  it('are otherwise the time since the last timestamp of the session', () => {
    expect(delays({ timestamp: 1 }, {}, { timestamp: 127 })).toEqual([0, 0, 126]);
    expect(delays({ timestamp: 0 }, { timestamp: 100, delay: 5 }, { timestamp: 130 })).toEqual([0, 5, 30]);
  });

  it('do not mix the timestamps of different sessions', () => {
    const columns = compile([
      { ...BODY, timestamp: 0, session_id: 'a' },
      { ...BODY, timestamp: 90, session_id: 'b' },
      { ...BODY, timestamp: 100, session_id: 'a' },
    ]);
    expect([...columns.delayMs]).toEqual([0, 0, 100]);
  });

  it('are 0 on rows without timestamp and can’t be told from a first timestamp', () => {
    const closed = (...rows: object[]) => [...compile(rows.map(turn), 'closed').delayMs];
    expect(closed({}, {}, { delay: 3, timestamp: 50 }, { timestamp: 80 })).toEqual([0, 0, 3, 30]);
    expect(complaint(() => closed({}, { delay: 3 }, { timestamp: 50 }))).toBe(
      'small.jsonl:3: timestamp is 50, but no earlier turn of session "a" has one to tell the delay from; give an explicit delay or remove it',
    );
  });

  it('must not be on a first turn, unless 0', () => {
    expect(delays({ timestamp: 0, delay: 0 })).toEqual([0]);
    expect(complaint(() => delays({ timestamp: 0, delay: 50 }))).toBe(
      'small.jsonl:1: delay is 50 on the first turn of session "a"; a delay follows an earlier turn: remove it',
    );
    expect(complaint(() => compile([{ ...BODY, timestamp: 0, delay: 50 }], 'closed'))).toContain(
      'delay is 50 on the first turn of a session',
    );
  });

  it('must not be negative because timestamps go back', () => {
    expect(complaint(() => delays({ timestamp: 1000 }, { timestamp: 500 }))).toBe(
      'small.jsonl:2: timestamp is 500, before 1000 of an earlier turn of session "a"; put its rows in order or give an explicit delay',
    );
    expect(delays({ timestamp: 1000 }, { timestamp: 500, delay: 2 })).toEqual([0, 2]);
  });
});

describe('a compiled trace', () => {
  it('holds lengths and the keys of full prompt blocks', () => {
    const columns = compile([
      { ...BODY, timestamp: 0 },
      { ...BODY, timestamp: 1, input_length: 9000, output_length: 0, hash_ids: [1] },
    ]);
    expect([...columns.promptTokens]).toEqual([600, 512]);
    expect([...columns.outputTokens]).toEqual([3, 0]);
    expect([...columns.keyStart]).toEqual([0, 9, 17]);
    expect([...columns.keys]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 6, 7]);
    expect(columns.keyCount).toBe(9);
  });

  it.each([0, -64, 2.5])('refuses engine blocks of %d tokens', (blockSize) => {
    const trace = smallTrace([{ ...BODY, timestamp: 0 }]);
    expect(complaint(() => compileRequests(trace, { blockSize }))).toContain('expected an integer > 0');
  });
});
