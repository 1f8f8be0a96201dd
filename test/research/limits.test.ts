import { describe, expect, it } from 'vitest';
import { limitReached } from '../../src/research/limits.ts';

describe('the limits of a run', () => {
  it('leave room until they are reached, and name what was', () => {
    const limits = { evaluations: 10, minutes: 2 };
    expect(limitReached({ evaluations: 9 }, limits, 119_999)).toBeUndefined();
    expect(limitReached({ evaluations: 10 }, limits, 0)).toBe('10 evaluations were made, the limit is 10');
    expect(limitReached({ evaluations: 0 }, limits, 120_000)).toBe('the limit of 2 minutes is over');
  });

  it('are none unless somebody sets them', () => {
    expect(limitReached({ evaluations: 1e6 }, {}, 1e9)).toBeUndefined();
  });
});
