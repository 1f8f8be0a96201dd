import { describe, expect, it } from 'vitest';
import { scaledPartMs, wholeNanoseconds } from '../../harness/sim/pass-part.ts';
import { polynomialTiming } from '../../harness/sim/polynomial-timing.ts';

describe('whole nanoseconds', () => {
  it('decides a half on the exact binary value, not on the rounded product', () => {
    const timing = polynomialTiming();
    const decodeOf = (held: number) => timing.decodeMs(1, 0, held, 40).toFixed(6);
    // Raw values 7.0741625, 9.6459625, 12.0890625, 27.0006625 and 33.2915625 ms: each falls to its own side.
    expect([1, 3, 5, 21, 35].map(decodeOf)).toEqual([
      '7.074162',
      '9.645962',
      '12.089063',
      '27.000663',
      '33.291562',
    ]);
  });

  it('breaks an exact tie to the even neighbour', () => {
    const exactTie = 1 / 1024; // 976,562.5 ns, representable exactly
    expect(wholeNanoseconds(exactTie)).toBe(976562);
    expect(wholeNanoseconds(3 * exactTie)).toBe(2929688);
  });

  it('is followed by the speed-up and a second rounding', () => {
    expect(scaledPartMs(10, 3)).toBeCloseTo(3.333333, 9);
    expect(scaledPartMs(32.1058591, 1)).toBeCloseTo(32.105859, 9);
  });

  it('with a speed-up of 0 no scaling happens at all', () => {
    const plain = polynomialTiming();
    const off = polynomialTiming({ speedupRatio: 0, decodeSpeedupRatio: 7 });
    expect(off.decodeMs(1, 0, 3, 40)).toBe(plain.decodeMs(1, 0, 3, 40));
    expect(off.prefillMs(1, 500, 0)).toBe(plain.prefillMs(1, 500, 0));
  });
});
