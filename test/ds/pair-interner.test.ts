import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PairInterner } from '../../harness/ds/pair-interner.ts';

describe('the pair interner', () => {
  it('agrees with a map of strings on any sequence of pairs', () => {
    const number = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 0x7fffffff }));
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { maxLength: 200 }), (pairs) => {
        const interner = new PairInterner();
        const expected = new Map<string, number>();
        for (const [first, second] of pairs) {
          const name = `${first},${second}`;
          if (!expected.has(name)) expected.set(name, expected.size);
          expect(interner.intern(first, second)).toBe(expected.get(name));
        }
        expect(interner.size).toBe(expected.size);
      }),
    );
  });

  it('keeps every number while it grows', () => {
    const interner = new PairInterner();
    const pairs = Array.from(
      { length: 50_000 },
      (_, index) => [index % 223, Math.floor(index / 223)] as const,
    );
    const numbers = pairs.map(([first, second]) => interner.intern(first, second));
    expect(numbers).toEqual(pairs.map((_, index) => index));
    expect(pairs.map(([first, second]) => interner.intern(first, second))).toEqual(numbers);
  });
});
