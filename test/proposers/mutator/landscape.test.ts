import { describe, expect, it } from 'vitest';
import { createMutator } from '../../../src/proposers/mutator/mutator.ts';
import { SEED_POLICY } from './policies.ts';
import { climb } from './toy-landscape.ts';

describe('searching a toy landscape', () => {
  it.each([1, 2, 3])(
    'cuts the regret of the seed policy to a third in 150 attempts (run %i)',
    async (seed) => {
      const run = await climb(createMutator(), SEED_POLICY, 150, seed);
      expect(run.bestScore).toBeLessThan(run.seedScore / 3);
      const kept = run.history.filter(({ verdict }) => verdict === 'kept');
      expect(new Set(kept.map(({ operator }) => operator)).size).toBeGreaterThan(1);
    },
  );

  it('climbs the same way twice', async () => {
    const [one, two] = await Promise.all([1, 2].map(() => climb(createMutator(), SEED_POLICY, 40, 9)));
    expect(one).toEqual(two);
  });
});
