import { type SpeedupRatios, scaledPartMs, speedupDivisors } from './pass-part.ts';
import type { PassTiming } from './pass-timing.ts';

/** DynoSim's default timing: prefill by a polynomial in tokens, decode by one in KV utilisation. */
export function polynomialTiming(ratios?: SpeedupRatios): PassTiming {
  const divisors = speedupDivisors(ratios);
  // A decode part depends on the held blocks alone, and a simulation asks for the same few thousand again and again.
  let decodeParts = new Float64Array(0);
  let blocksOfParts = 0;
  return {
    decodeFollowsContext: false,
    prefillMs(requests, sumIsl, sumPrefix) {
      // The batch is priced by its floored means, not by its true sum.
      const meanNewTokens = Math.floor(sumIsl / requests) - Math.floor(sumPrefix / requests);
      return scaledPartMs(polynomialPrefillMs(requests * meanNewTokens), divisors.prefill);
    },
    decodeMs(_ready, _sumContext, activeBlocks, totalBlocks) {
      if (totalBlocks !== blocksOfParts) {
        decodeParts = new Float64Array(totalBlocks + 1);
        blocksOfParts = totalBlocks;
      }
      const known = decodeParts[activeBlocks]!;
      if (known > 0) return known;
      const part = scaledPartMs(polynomialDecodeMs(Math.min(1, activeBlocks / totalBlocks)), divisors.decode);
      decodeParts[activeBlocks] = part;
      return part;
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
