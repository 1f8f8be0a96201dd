import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChaCha12 } from '../../harness/replay/chacha12.ts';

describe('ChaCha12', () => {
  // Figures of DynoSim 1.4.2, seen in the arrivals and groups of its synthetic workloads.
  it('draws the doubles of the original', () => {
    expect(new ChaCha12(42n).double()).toBe(0.5265574090027738);
  });

  it('draws the groups of the original', () => {
    const random = new ChaCha12(42n);
    const draws = Array.from({ length: 14 }, () => random.below(10));
    const firstSeen = draws.flatMap((group, index) => (draws.indexOf(group) === index ? [index] : []));
    expect(firstSeen).toEqual([0, 1, 2, 4, 5, 6, 7, 9, 12, 13]);
  });

  it('goes on after its first block of sixteen words', () => {
    const random = new ChaCha12(7n);
    const words = Array.from({ length: 64 }, () => random.word());
    expect(new Set(words).size).toBe(64);
  });

  it('stays within its bounds', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 64n - 1n), fc.integer({ min: 1, max: 2 ** 31 }), (seed, bound) => {
        const random = new ChaCha12(seed);
        const drawn = random.below(bound);
        const share = random.double();
        return drawn >= 0 && drawn < bound && share >= 0 && share < 1;
      }),
    );
  });

  it('is spread evenly', () => {
    const random = new ChaCha12(1n);
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 50_000; i++) {
      const drawn = random.below(5);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });
});
