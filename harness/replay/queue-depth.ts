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
  for (let wait = 0; wait < from.length; wait++) {
    addWait(waitedMs, binMs, from[wait] as number, to[wait] as number);
  }
  return { peak: peakOf(from, to), bin_ms: binMs, mean: Array.from(waitedMs, (wait) => wait / binMs) };
}

/** Of requests that had to wait at all. */
function waitsOf(outcomes: WaitTimes, endMs: number): { from: Float64Array; to: Float64Array } {
  const { arrivalMs, admitMs } = outcomes;
  const from = new Float64Array(arrivalMs.length);
  const to = new Float64Array(arrivalMs.length);
  let count = 0;
  for (let request = 0; request < arrivalMs.length; request++) {
    const arrival = arrivalMs[request] as number;
    const leaving = firstKnown(admitMs[request] as number, outcomes.endMs[request] as number, endMs);
    // Never true of a request that has not arrived: its arrival is NaN.
    if (!(arrival < leaving)) continue;
    from[count] = arrival;
    to[count] = leaving;
    count += 1;
  }
  return { from: from.subarray(0, count), to: to.subarray(0, count) };
}

/** When it was admitted, else rejected, else the end of all. */
function firstKnown(admitMs: number, rejectedMs: number, endMs: number): number {
  if (!Number.isNaN(admitMs)) return admitMs;
  return Number.isNaN(rejectedMs) ? endMs : rejectedMs;
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
  for (let index = 0; index < arriving.length; index++) {
    const time = arriving[index] as number;
    while (left < index && (leaving[left] ?? Number.POSITIVE_INFINITY) <= time) left++;
    peak = Math.max(peak, index + 1 - left);
  }
  return peak;
}
