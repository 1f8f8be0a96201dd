import { profileTiming } from '../../harness/engines/profile-timing.ts';
import { profileNamed } from '../../harness/engines/profiles.ts';
import { type SpeedupRatios, scaledPartMs, speedupDivisors } from '../../harness/sim/pass-part.ts';
import type { PassTiming } from '../../harness/sim/pass-timing.ts';
import { polynomialTiming } from '../../harness/sim/polynomial-timing.ts';

/** Pass times as data: what a case says about them. */
export type TimingChoice =
  | ({ readonly kind: 'polynomial' } & Partial<SpeedupRatios>)
  | ({ readonly kind: 'profile'; readonly name: string } & Partial<SpeedupRatios>)
  /** Every argument counts to the last token, so that a wrong one shows. */
  | ({ readonly kind: 'telling' } & Partial<SpeedupRatios>)
  /** Whole multiples of one duration: workers end their passes at the same instants. */
  | { readonly kind: 'lockstep'; readonly passMs: number };

export function createTiming(choice: TimingChoice): PassTiming {
  if (choice.kind === 'lockstep') return lockstepTiming(choice.passMs);
  const ratios = {
    speedupRatio: choice.speedupRatio ?? 1,
    decodeSpeedupRatio: choice.decodeSpeedupRatio ?? 1,
  };
  switch (choice.kind) {
    case 'polynomial':
      return polynomialTiming(ratios);
    case 'telling':
      return tellingTiming(ratios);
    case 'profile': {
      const profile = profileNamed(choice.name);
      if (profile === undefined) throw new Error(`no profile ${choice.name}`);
      return profileTiming(profile, ratios);
    }
  }
}

function tellingTiming(ratios: SpeedupRatios): PassTiming {
  const divisors = speedupDivisors(ratios);
  return {
    decodeFollowsContext: true,
    prefillMs: (requests, sumIsl, sumPrefix) =>
      scaledPartMs(0.7 * requests + 0.013 * sumIsl - 0.011 * sumPrefix, divisors.prefill),
    decodeMs: (ready, sumContext, activeBlocks, totalBlocks) =>
      scaledPartMs(
        1 + 0.09 * ready + 0.00037 * sumContext + 0.041 * activeBlocks + activeBlocks / totalBlocks,
        divisors.decode,
      ),
  };
}

function lockstepTiming(passMs: number): PassTiming {
  return {
    decodeFollowsContext: true,
    prefillMs: (requests) => passMs * requests,
    decodeMs: () => passMs,
  };
}
