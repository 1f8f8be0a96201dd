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

type WaitTimes = Pick<RequestOutcomes, 'arrivalMs' | 'admitMs' | 'endMs'>;

const BINS = 60;

/** Requests wait from their arrival to their first admission, or to their rejection, or to the end. */
export function queueDepth(outcomes: WaitTimes, endMs: number): QueueDepth {
  const binMs = endMs / BINS;
  if (binMs === 0) return { peak: 0, bin_ms: 0, mean: [] };
  const { from, to } = waitsOf(outcomes, endMs);
  const waitedMs = new Float64Array(BINS);
  from.forEach((start, wait) => {
    addWait(waitedMs, binMs, start, to[wait] ?? start);
  });
  return { peak: peakOf(from, to), bin_ms: binMs, mean: Array.from(waitedMs, (wait) => wait / binMs) };
}

/** Of requests that had to wait at all. */
function waitsOf(outcomes: WaitTimes, endMs: number): { from: Float64Array; to: Float64Array } {
  const leaving = outcomes.admitMs.map((admitMs, request) =>
    firstKnown(admitMs, outcomes.endMs[request], endMs),
  );
  // Never true of a request that has not arrived: its arrival is NaN.
  const waited = (request: number) =>
    (outcomes.arrivalMs[request] ?? Number.NaN) < (leaving[request] ?? Number.NaN);
  return {
    from: outcomes.arrivalMs.filter((_, request) => waited(request)),
    to: leaving.filter((_, request) => waited(request)),
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
function peakOf(from: Float64Array, to: Float64Array): number {
  const arriving = from.toSorted();
  const leaving = to.toSorted();
  let left = 0;
  let peak = 0;
  arriving.forEach((time, index) => {
    while ((leaving[left] ?? Number.POSITIVE_INFINITY) <= time && left < index) left++;
    peak = Math.max(peak, index + 1 - left);
  });
  return peak;
}
