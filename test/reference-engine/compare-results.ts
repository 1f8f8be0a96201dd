import type { LogSketch } from '../../harness/sim/log-sketch.ts';
import type { RequestOutcomes, SimulationResult } from '../../harness/sim/simulation-result.ts';

const EVERY_COLUMN: Readonly<Record<keyof RequestOutcomes, true>> = {
  arrivalMs: true,
  worker: true,
  admitMs: true,
  firstReusedTokens: true,
  firstTokenMs: true,
  secondTokenMs: true,
  lastTokenMs: true,
  endMs: true,
  status: true,
  outputTokens: true,
  reusedTokens: true,
};
/** In the order in which things happen to a request. */
export const OUTCOME_COLUMNS = Object.keys(EVERY_COLUMN) as (keyof RequestOutcomes)[];

const COUNTS = ['placements', 'passes', 'preemptions', 'ties', 'policyCalls', 'lastEventMs'] as const;
const SKETCHES = ['itlMs', 'tokensPerSecond'] as const;
const PERCENTS = [0, 1, 25, 50, 75, 90, 95, 99, 100];
/** Means and deviations are summed in another order: they agree to this, relatively … */
const SUMMATION_TOLERANCE = 1e-9;
/** … and gaps that differ by the clock's rounding alone may count as equal. */
const CLOCK_PRECISION = 4 * Number.EPSILON;

/**
 * What differs first between two results that should be the same, or undefined. Everything is compared to the bit but
 * the mean and the deviation of the gaps.
 */
export function firstDifference(expected: SimulationResult, actual: SimulationResult): string | undefined {
  return (
    outcomesDifference(expected.outcomes, actual.outcomes) ??
    countsDifference(expected, actual) ??
    orderDifference(expected, actual) ??
    gapsDifference(expected, actual)
  );
}

/** The earliest request that differs, in the column in which it differs first. */
function outcomesDifference(expected: RequestOutcomes, actual: RequestOutcomes): string | undefined {
  for (let request = 0; request < expected.status.length; request++) {
    for (const column of OUTCOME_COLUMNS) {
      const [want, have] = [expected[column][request], actual[column][request]];
      if (!Object.is(want, have)) return `request ${request + 1}, ${column}: ${want}, not ${have}`;
    }
  }
  return undefined;
}

function countsDifference(expected: SimulationResult, actual: SimulationResult): string | undefined {
  for (const count of COUNTS) {
    if (!Object.is(expected[count], actual[count]))
      return `${count}: ${expected[count]}, not ${actual[count]}`;
  }
  return undefined;
}

function orderDifference(expected: SimulationResult, actual: SimulationResult): string | undefined {
  for (let place = 0; place < expected.placementOrder.length; place++) {
    const [want, have] = [expected.placementOrder[place], actual.placementOrder[place]];
    if (want !== have) return `placement ${place + 1}: request index ${want}, not ${have}`;
    const [calls, other] = [expected.placementCalls[place], actual.placementCalls[place]];
    if (calls !== other) return `placement ${place + 1}: at call ${calls} of the router, not ${other}`;
  }
  return undefined;
}

function gapsDifference(expected: SimulationResult, actual: SimulationResult): string | undefined {
  // The fastest rate is that of the shortest gap other than 0.
  const clockNoise = (CLOCK_PRECISION * expected.lastEventMs * expected.gaps.tokensPerSecond.max) / 1000;
  const tolerance = SUMMATION_TOLERANCE + clockNoise;
  for (const name of SKETCHES) {
    const difference = sketchDifference(expected.gaps[name], actual.gaps[name], tolerance);
    if (difference !== undefined) return `gaps.${name}.${difference}`;
  }
  return undefined;
}

function sketchDifference(expected: LogSketch, actual: LogSketch, tolerance: number): string | undefined {
  for (const figure of ['count', 'min', 'max'] as const) {
    if (!Object.is(expected[figure], actual[figure]))
      return `${figure}: ${expected[figure]}, not ${actual[figure]}`;
  }
  for (const percent of PERCENTS) {
    const [want, have] = [expected.percentile(percent), actual.percentile(percent)];
    if (!Object.is(want, have)) return `percentile(${percent}): ${want}, not ${have}`;
  }
  // A deviation is the root of a difference of sums, so it is only as exact as the values are large.
  const scale = Math.max(Math.abs(expected.mean), expected.std);
  for (const figure of ['mean', 'std'] as const) {
    if (!(Math.abs(expected[figure] - actual[figure]) <= tolerance * scale))
      return `${figure}: ${expected[figure]}, not ${actual[figure]}`;
  }
  return undefined;
}
