import type { PassTiming } from './pass-timing.ts';

/** Divisors of the pass parts; `speedupRatio` 0 switches all scaling off, `decodeSpeedupRatio` 0 that of decode. */
export interface SpeedupRatios {
  readonly speedupRatio: number;
  readonly decodeSpeedupRatio: number;
}

/** DynoSim's default timing: prefill by a polynomial in tokens, decode by one in KV utilisation. */
export function polynomialTiming(
  ratios: SpeedupRatios = { speedupRatio: 1, decodeSpeedupRatio: 1 },
): PassTiming {
  const prefillDivisor = ratios.speedupRatio === 0 ? 1 : ratios.speedupRatio;
  const decodeRatio = ratios.speedupRatio * ratios.decodeSpeedupRatio;
  const decodeDivisor = decodeRatio === 0 ? 1 : decodeRatio;
  return {
    prefillMs(requests, sumIsl, sumPrefix) {
      // The batch is priced by its floored means, not by its true sum.
      const meanNewTokens = Math.floor(sumIsl / requests) - Math.floor(sumPrefix / requests);
      return scaledPartMs(polynomialPrefillMs(requests * meanNewTokens), prefillDivisor);
    },
    decodeMs(_ready, _sumContext, activeBlocks, totalBlocks) {
      return scaledPartMs(polynomialDecodeMs(Math.min(1, activeBlocks / totalBlocks)), decodeDivisor);
    },
  };
}

/** Coefficients: DynoSim 1.4.2. */
function polynomialPrefillMs(tokens: number): number {
  return tokens === 0 ? 0 : 4.209989e-7 * (tokens * tokens) + 1.518344e-2 * tokens + 16.50142;
}

/** The order of the operations decides ties in the rounding. */
function polynomialDecodeMs(utilisation: number): number {
  return Math.max(1, -25.74 * (utilisation * utilisation) + 54.01 * utilisation + 5.74);
}

/** A pass part as the clock sees it: whole nanoseconds, then divided by the speed-up and rounded again. */
export function scaledPartMs(ms: number, divisor: number): number {
  let nanoseconds = wholeNanoseconds(ms / 1000);
  if (divisor !== 1) nanoseconds = wholeNanoseconds(nanoseconds / 1e9 / divisor);
  return (nanoseconds / 1e9) * 1000;
}

/** seconds · 1e9 rounded to nearest, ties to even, decided on the exact binary value of `seconds`. */
export function wholeNanoseconds(seconds: number): number {
  const product = seconds * 1e9;
  const floor = Math.floor(product);
  const aboveHalf = product - floor - 0.5;
  if (aboveHalf < -1e-3) return floor;
  if (aboveHalf > 1e-3) return floor + 1;
  const exact = aboveHalf + productError(seconds, 1e9, product);
  if (exact < 0) return floor;
  if (exact > 0) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** a·b − product, exactly (Dekker's two-product with Veltkamp splitting). */
function productError(a: number, b: number, product: number): number {
  const aHigh = highPart(a);
  const bHigh = highPart(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}

function highPart(x: number): number {
  const scaled = 134217729 * x; // 2^27 + 1
  return scaled - (scaled - x);
}
