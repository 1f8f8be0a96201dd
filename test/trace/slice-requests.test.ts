import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRequests } from '../../harness/trace/compile-requests.ts';
import { sliceRequests } from '../../harness/trace/slice-requests.ts';
import { smallTrace } from './small-trace.ts';

function compile(rows: readonly object[]) {
  return compileRequests(smallTrace(rows, { traceBlockSize: 4 }), { blockSize: 4 });
}

const at = (timestamp: number, hash_ids: number[], more: object = {}) => ({
  timestamp,
  output_length: timestamp + 1,
  hash_ids,
  ...more,
});

describe('a slice of requests', () => {
  it('keeps those that arrive in the window and counts time from its start', () => {
    const columns = compile([at(0, [1]), at(10, [2]), at(19, [3]), at(20, [4])]);
    const slice = sliceRequests(columns, { warmupFromMs: 10, scoredFromMs: 15, untilMs: 20 });
    expect([...slice.columns.outputTokens]).toEqual([11, 20]);
    expect([...slice.columns.arrivalMs]).toEqual([0, 9]);
    expect([...slice.scored]).toEqual([0, 1]);
    expect([...slice.columns.session]).toEqual([0, 1]);
  });

  it('scores no request of a conversation that began earlier, even before the window', () => {
    const columns = compile([
      at(0, [1]),
      at(10, [2]),
      at(30, [1, 5]),
      at(31, [2, 6]),
      at(32, [9]),
      at(33, [9, 1]),
    ]);
    const slice = sliceRequests(columns, { warmupFromMs: 10, scoredFromMs: 20, untilMs: 40 });
    expect([...slice.scored]).toEqual([0, 0, 0, 1, 1]);
    expect([...slice.columns.inferredSession]).toEqual([0, 1, 0, 2, 2]);
    expect([...slice.columns.inferredTurn]).toEqual([0, 1, 1, 0, 1]);
  });

  it('takes replay sessions whole, by their first turn', () => {
    const columns = compile([
      at(0, [1], { session_id: 'a' }),
      at(12, [2], { session_id: 'b' }),
      at(15, [1, 3], { session_id: 'a' }),
      at(16, [4], { session_id: 'c' }),
      at(90, [2, 5], { session_id: 'b' }),
      at(95, [4, 5], { session_id: 'c' }),
    ]);
    const slice = sliceRequests(columns, { warmupFromMs: 10, scoredFromMs: 14, untilMs: 20 });
    expect([...slice.columns.session]).toEqual([0, 1, 0, 1]);
    expect([...slice.columns.turn]).toEqual([0, 0, 1, 1]);
    expect([...slice.columns.arrivalMs]).toEqual([2, 6, Number.NaN, Number.NaN]);
    expect([...slice.columns.delayMs]).toEqual([0, 0, 78, 79]);
    expect([...slice.scored]).toEqual([0, 1, 0, 1]);
  });

  it('numbers its block keys densely and keeps what they mean', () => {
    const columns = compile([at(0, [1, 2, 3]), at(10, [7, 8]), at(11, [7, 9]), at(12, [1, 2])]);
    const { keys, keyStart, keyCount } = sliceRequests(columns, {
      warmupFromMs: 10,
      scoredFromMs: 10,
      untilMs: 99,
    }).columns;
    expect([...keyStart]).toEqual([0, 2, 4, 6]);
    expect([...keys]).toEqual([0, 1, 0, 2, 3, 4]);
    expect(keyCount).toBe(5);
  });

  it('of the whole time is the whole trace, and adjoining windows share it out', () => {
    const rows = fc.array(
      fc.record({
        timestamp: fc.integer({ min: 0, max: 50 }),
        output_length: fc.constant(1),
        hash_ids: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
      }),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 60 }), (drawn, cut) => {
        const columns = compile(drawn);
        const window = (warmupFromMs: number, untilMs: number) =>
          sliceRequests(columns, { warmupFromMs, scoredFromMs: warmupFromMs, untilMs });
        const whole = window(0, 100);
        expect(whole.columns).toEqual(columns);
        expect(whole.scored.every((flag) => flag === 1)).toBe(true);
        expect(window(0, cut).columns.count + window(cut, 100).columns.count).toBe(columns.count);
      }),
    );
  });

  it('may be empty', () => {
    const slice = sliceRequests(compile([at(0, [1])]), { warmupFromMs: 5, scoredFromMs: 6, untilMs: 7 });
    expect(slice.columns).toMatchObject({ count: 0, keyCount: 0 });
    expect([...slice.columns.keyStart]).toEqual([0]);
  });
});
