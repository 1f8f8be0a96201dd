import type { RequestOutcomes } from '../sim/simulation-result.ts';

/** How many requests had arrived and were not admitted yet, over time. */
export interface QueueDepth {
  /** Largest number at any instant. */
  readonly peak: number;
  /** Length of a bin, ms. */
  readonly bin_ms: number;
  /** Mean over each bin of the replay. */
  readonly mean: readonly number[];
}

const BINS = 60;

/** Requests wait from their arrival to their first admission, or to their rejection, or to the end. */
export function queueDepth(outcomes: RequestOutcomes, endMs: number): QueueDepth {
  const arrivals = outcomes.arrivalMs.filter((time) => !Number.isNaN(time));
  const departures = outcomes.admitMs
    .map((admitMs, request) => firstKnown(admitMs, outcomes.endMs[request], endMs))
    .filter((_, request) => !Number.isNaN(outcomes.arrivalMs[request] ?? Number.NaN));
  const binMs = endMs / BINS;
  if (binMs === 0) return { peak: 0, bin_ms: 0, mean: [] };
  const waitedMs = new Float64Array(BINS);
  arrivals.forEach((from, index) => {
    addWait(waitedMs, binMs, from, departures[index] ?? from);
  });
  return {
    peak: peakOf(arrivals, departures),
    bin_ms: binMs,
    mean: Array.from(waitedMs, (wait) => wait / binMs),
  };
}

function firstKnown(...times: readonly (number | undefined)[]): number {
  return times.find((time) => time !== undefined && !Number.isNaN(time)) ?? Number.NaN;
}

function addWait(waitedMs: Float64Array, binMs: number, from: number, to: number): void {
  const last = Math.min(BINS - 1, Math.floor(to / binMs));
  for (let bin = Math.min(BINS - 1, Math.floor(from / binMs)); bin <= last; bin++) {
    const overlap = Math.min(to, (bin + 1) * binMs) - Math.max(from, bin * binMs);
    waitedMs[bin] = (waitedMs[bin] ?? 0) + Math.max(0, overlap);
  }
}

/** Whoever leaves at an instant leaves before others arrive. */
function peakOf(arrivals: Float64Array, departures: Float64Array): number {
  const arriving = arrivals.toSorted();
  const leaving = departures.toSorted();
  let left = 0;
  let peak = 0;
  arriving.forEach((time, index) => {
    while ((leaving[left] ?? Number.POSITIVE_INFINITY) <= time && left < index) left++;
    peak = Math.max(peak, index + 1 - left);
  });
  return peak;
}
