import { describe, expect, it } from 'vitest';
import { Rng } from '../../harness/ds/rng.ts';
import { poisson } from '../../harness/trace/poisson.ts';

describe('Poisson counts', () => {
  it.each([0.3, 4, 31, 100])('have mean and variance %d', (mean) => {
    const rng = new Rng(11);
    const draws = Array.from({ length: 20_000 }, () => poisson(mean, rng));
    const average = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - average) ** 2, 0) / draws.length;
    // Four standard errors of either.
    expect(Math.abs(average - mean)).toBeLessThan(4 * Math.sqrt(mean / draws.length));
    expect(Math.abs(variance - mean)).toBeLessThan(4 * Math.sqrt((mean + 2 * mean * mean) / draws.length));
  });

  it('of mean 1 are none in a share of 1/e', () => {
    const rng = new Rng(5);
    const draws = Array.from({ length: 40_000 }, () => poisson(1, rng));
    const none = draws.filter((draw) => draw === 0).length / draws.length;
    expect(Math.abs(none - Math.exp(-1))).toBeLessThan(0.01);
  });

  it('of mean 0 are 0', () => {
    expect(poisson(0, new Rng(1))).toBe(0);
  });
});
