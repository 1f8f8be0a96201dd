import { describe, expect, it } from 'vitest';
import type { SyntheticWorkload } from '../../harness/replay/replay-request.ts';
import { syntheticRequests } from '../../harness/replay/synthetic-workload.ts';
import { UserError } from '../../harness/user-error.ts';

const WORKLOAD: SyntheticWorkload = {
  kind: 'synthetic',
  inputTokens: 1000,
  outputTokens: 50,
  sessions: 5,
  turnsPerSession: 1,
  interTurnDelayMs: 0,
  arrivals: { kind: 'unscheduled' },
  sharedPrefixRatio: 0,
  prefixGroups: 0,
};

function requests(changes: Partial<SyntheticWorkload>, blockSize = 64) {
  return syntheticRequests({ ...WORKLOAD, ...changes }, blockSize);
}

/** Prompt keys of one request. */
function prompt({ keyStart, keys }: ReturnType<typeof requests>, request: number): number[] {
  return [...keys.subarray(keyStart[request], keyStart[request + 1])];
}

function sharedBlocks(changes: Partial<SyntheticWorkload>): number {
  const columns = requests({ prefixGroups: 1, ...changes });
  const second = new Set(prompt(columns, 1));
  return prompt(columns, 0).filter((key) => second.has(key)).length;
}

describe('a synthetic workload', () => {
  it('arrives at a fixed interval', () => {
    const { arrivalMs } = requests({ arrivals: { kind: 'interval', intervalMs: 2.5 } });
    expect([...arrivalMs]).toEqual([0, 2.5, 5, 7.5, 10]);
  });

  it('arrives by the original’s Poisson process', () => {
    const { arrivalMs } = requests({ arrivals: { kind: 'poisson', requestsPerSecond: 2, seed: 42n } });
    const recorded = [0, 373.8623088203483, 765.0976975956942, 1271.0376842248202, 1531.3929757803517];
    for (const [session, time] of recorded.entries()) expect(arrivalMs[session]).toBeCloseTo(time, 9);
  });

  it('gives only first turns an arrival, and the others a delay', () => {
    const { session, turn, arrivalMs, delayMs } = requests({
      sessions: 2,
      turnsPerSession: 2,
      interTurnDelayMs: 30,
      arrivals: { kind: 'interval', intervalMs: 10 },
    });
    expect([...session]).toEqual([0, 0, 1, 1]);
    expect([...turn]).toEqual([0, 1, 0, 1]);
    expect([...arrivalMs]).toEqual([0, Number.NaN, 10, Number.NaN]);
    expect([...delayMs]).toEqual([0, 30, 0, 30]);
  });

  it('shares nothing without groups, not even between turns', () => {
    const { keys, keyCount, count } = requests({ turnsPerSession: 3, sharedPrefixRatio: 0.5 });
    expect(keys).toHaveLength(count * 15);
    expect(keyCount).toBe(keys.length);
  });

  it.each([
    [0.1, 2],
    [0.03, 0],
    [0.97, 15],
    [1, 15],
  ])('shares the rounded share %d of the blocks, as far as they are full', (sharedPrefixRatio, blocks) => {
    expect(sharedBlocks({ sharedPrefixRatio })).toBe(blocks);
  });

  it('shares within a group only, in all its turns', () => {
    const columns = requests({ sharedPrefixRatio: 0.5, prefixGroups: 10, sessions: 14, turnsPerSession: 2 });
    const groups = Array.from({ length: 14 }, (_, session) => {
      expect(prompt(columns, 2 * session)[0]).toBe(prompt(columns, 2 * session + 1)[0]);
      return prompt(columns, 2 * session)[0];
    });
    const firstSeen = groups.flatMap((group, index) => (groups.indexOf(group) === index ? [index] : []));
    expect(firstSeen).toEqual([0, 1, 2, 4, 5, 6, 7, 9, 12, 13]);
    expect(new Set(columns.keys).size).toBe(columns.keyCount);
  });

  it('has no keys where a prompt has no full block', () => {
    const columns = requests({ inputTokens: 63, sharedPrefixRatio: 1, prefixGroups: 2 });
    expect([columns.keys.length, columns.keyCount]).toEqual([0, 0]);
  });

  it('is refused when it can’t fit into memory', () => {
    const huge = { sessions: 1_000_000, inputTokens: 1_000_000 };
    expect(() => requests(huge)).toThrow(UserError);
    expect(() => requests(huge)).toThrow(/lower --request-count or --input-tokens/);
  });
});
