import { describe, expect, it } from 'vitest';
import { CaseTally } from './case-tally.ts';
import { compareEngines } from './engine-case.ts';
import { matrixCases } from './matrix-cases.ts';

const CASES = matrixCases();
const tally = new CaseTally();

describe('the engine does what the book says, to the bit', () => {
  it.each(CASES)('$title', ({ engineCase }) => {
    const { difference, end } = compareEngines(engineCase);
    tally.add(end);
    expect(difference).toBeUndefined();
  });
});

describe('the matrix', () => {
  it('reaches preemptions, rejections, dead ends, cut-offs, ties, cache hits and policies of every kind', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(200);
    expect(tally.cases).toBe(CASES.length);
    expect(tally.count('completed')).toBeGreaterThan(250);
    expect(tally.count('preempted')).toBeGreaterThan(70);
    expect(tally.count('re-used')).toBeGreaterThan(200);
    expect(tally.count('rejected')).toBeGreaterThan(35);
    expect(tally.count('cut off')).toBeGreaterThan(35);
    expect(tally.count('tied')).toBeGreaterThan(120);
    expect(tally.count('asked a policy')).toBeGreaterThan(120);
    expect(tally.count('DeadEndError')).toBeGreaterThan(8);
    expect(tally.count('PolicyError')).toBeGreaterThan(8);
  });
});
