import { describe, expect, it } from 'vitest';
import { randomCase } from './random-case.ts';
import { shrinkCase } from './shrink-case.ts';

const FIRST = Array.from({ length: 40 }, (_, index) => randomCase(5, index).replayCase);

describe('the random matrix', () => {
  it('depends on nothing but seed and index', () => {
    expect(randomCase(5, 17)).toEqual(randomCase(5, 17));
    expect(randomCase(5, 17)).not.toEqual(randomCase(6, 17));
  });

  it('covers both routers, both loops, sessions, and workloads without a trace', () => {
    const has = (condition: (each: (typeof FIRST)[number]) => boolean) => FIRST.some(condition);
    expect(has(({ flags }) => flags['router-mode'] === 'kv_router')).toBe(true);
    expect(has(({ flags }) => flags['router-mode'] === 'round_robin')).toBe(true);
    expect(has(({ flags }) => flags['replay-concurrency'] !== undefined)).toBe(true);
    expect(has(({ router }) => router['router_queue_threshold'] !== undefined)).toBe(true);
    expect(has(({ rows }) => rows === null)).toBe(true);
    expect(has(({ rows }) => rows?.some((row) => row.session_id !== undefined) ?? false)).toBe(true);
  });
});

describe('shrinking a failing case', () => {
  it('keeps what makes it fail and drops the rest', async () => {
    const failing = FIRST.find(({ rows }) => (rows?.length ?? 0) > 5);
    if (failing?.rows == null) throw new Error('no case with rows');
    const culprit = failing.rows[3];
    const smallest = await shrinkCase(
      { ...failing, engine: { ...failing.engine, block_size: 4 } },
      async ({ rows, engine }) =>
        engine['block_size'] === 4 &&
        (rows ?? []).some(({ hash_ids: ids }) => ids[0] === culprit?.hash_ids[0]),
    );
    expect(smallest.rows).toHaveLength(1);
    expect(smallest.rows?.[0]?.hash_ids).toEqual([culprit?.hash_ids[0]]);
    expect(smallest.engine).toEqual({ block_size: 4 });
    expect(smallest.flags).toEqual({});
  });
});
