import { bucketOf, LogSketch, upperEdge } from './log-sketch.ts';

/** A gap is the difference of two clock times, which are this exact, relatively. */
const CLOCK_PRECISION = 2 * Number.EPSILON;
/** Logarithms are this exact at least: closer to a bucket's edge than this, the logarithm itself decides. */
const EDGE_MARGIN = 1e-9;

/** A few buckets have the same nine leading digits. */
const SLOTS = 512;
/** Fields of a slot: strict bounds of the gaps that belong to it; their buckets; how many, and moments of gaps and rates about an origin. */
const SLOT_FIELDS = 16;
const LOW = 0;
const HIGH = 1;
const BUCKET = 2;
const RATE_BUCKET = 3;
const ORIGIN = 4;
const RATE_ORIGIN = 5;
const COUNT = 6;
const SUM = 7;
const SQUARES = 8;
const RATE_SUM = 9;
const RATE_SQUARES = 10;

/**
 * Gaps between consecutive tokens of a request, pooled over requests, and the same gaps as tokens per second.
 *
 * Buckets seen lately are kept in slots by their leading digits. A gap strictly inside the bounds of its slot falls into
 * its buckets, of gaps and of rates: most do, and need no logarithm. Moments are kept about the first value and passed
 * on when another gap takes the slot.
 */
export class GapSketch {
  readonly #itlMs = new LogSketch();
  readonly #tokensPerSecond = new LogSketch();
  readonly #slots = new Float64Array(SLOTS * SLOT_FIELDS);
  /** Extreme gaps other than 0. */
  #least = Number.POSITIVE_INFINITY;
  #most = 0;

  /** Inter-token latency, ms. */
  get itlMs(): LogSketch {
    this.#emptySlots();
    return this.#itlMs;
  }

  /** 1000 / gap: the rate one user sees at that moment. A gap of 0 has none. */
  get tokensPerSecond(): LogSketch {
    this.#emptySlots();
    return this.#tokensPerSecond;
  }

  /** Adds the same gap for `count` requests. */
  add(gapMs: number, count = 1): void {
    if (!(gapMs > 0)) {
      this.#itlMs.add(gapMs, count);
      return;
    }
    if (gapMs < this.#least) this.#least = gapMs;
    if (gapMs > this.#most) this.#most = gapMs;
    this.#addToSlot(this.#slotOf(gapMs), gapMs, count);
  }

  /**
   * Adds the gaps of `requests` requests over the passes [from, to) that end at `ends`, the first of which began at
   * `startMs`, and which all last the same. Clock times are rounded, so these gaps differ in their last digits: their
   * mean stands for all of them, unless it lies so close to the extremes or to a bucket's edge that the digits count.
   */
  addEqualPasses(startMs: number, ends: Float64Array, from: number, to: number, requests: number): void {
    const end = ends[to - 1]!;
    const gapMs = (end - startMs) / (to - from);
    if (to - from === 1 || !(gapMs > 0)) {
      this.addPasses(startMs, ends, from, to, requests);
      return;
    }
    const slot = this.#slotOf(gapMs);
    const least = gapMs - CLOCK_PRECISION * end;
    const most = gapMs + CLOCK_PRECISION * end;
    const isClear =
      least > this.#slots[slot + LOW]! &&
      most < this.#slots[slot + HIGH]! &&
      least > this.#least &&
      most < this.#most;
    if (isClear) this.#addToSlot(slot, gapMs, (to - from) * requests);
    else this.addPasses(startMs, ends, from, to, requests);
  }

  /** As addEqualPasses(), for passes of any duration. */
  addPasses(startMs: number, ends: Float64Array, from: number, to: number, requests: number): void {
    let pass = from;
    let start = startMs;
    while (pass < to) {
      const next = this.#addNeighbours(start, ends, pass, to, requests);
      start = ends[next - 1]!;
      pass = next;
    }
  }

  /** Adds the gaps of passes for as long as they belong to the same slot; returns where they no longer do. */
  #addNeighbours(startMs: number, ends: Float64Array, from: number, to: number, requests: number): number {
    const first = ends[from]! - startMs;
    if (!(first > 0)) {
      this.add(first, requests);
      return from + 1;
    }
    const slots = this.#slots;
    const slot = this.#slotOf(first);
    const low = slots[slot + LOW]!;
    const high = slots[slot + HIGH]!;
    const origin = slots[slot + ORIGIN]!;
    const rateOrigin = slots[slot + RATE_ORIGIN]!;
    let least = this.#least;
    let most = this.#most;
    let sum = 0;
    let squares = 0;
    let rateSum = 0;
    let rateSquares = 0;
    let start = startMs;
    let gapMs = first;
    let pass = from;
    // The first one belongs to the slot even when it lies on an edge.
    do {
      if (gapMs < least) least = gapMs;
      if (gapMs > most) most = gapMs;
      const offset = gapMs - origin;
      const rateOffset = 1000 / gapMs - rateOrigin;
      sum += offset;
      squares += offset * offset;
      rateSum += rateOffset;
      rateSquares += rateOffset * rateOffset;
      start = ends[pass]!;
      pass += 1;
      if (pass === to) break;
      gapMs = ends[pass]! - start;
    } while (gapMs > low && gapMs < high);
    this.#least = least;
    this.#most = most;
    slots[slot + COUNT]! += (pass - from) * requests;
    slots[slot + SUM]! += sum * requests;
    slots[slot + SQUARES]! += squares * requests;
    slots[slot + RATE_SUM]! += rateSum * requests;
    slots[slot + RATE_SQUARES]! += rateSquares * requests;
    return pass;
  }

  #addToSlot(slot: number, gapMs: number, count: number): void {
    const slots = this.#slots;
    const offset = gapMs - slots[slot + ORIGIN]!;
    const rateOffset = 1000 / gapMs - slots[slot + RATE_ORIGIN]!;
    slots[slot + COUNT]! += count;
    slots[slot + SUM]! += offset * count;
    slots[slot + SQUARES]! += offset * offset * count;
    slots[slot + RATE_SUM]! += rateOffset * count;
    slots[slot + RATE_SQUARES]! += rateOffset * rateOffset * count;
  }

  /** Where the slot begins that the gap belongs to. */
  #slotOf(gapMs: number): number {
    const slot = leadingDigits(gapMs) * SLOT_FIELDS;
    if (!(gapMs > this.#slots[slot + LOW]! && gapMs < this.#slots[slot + HIGH]!)) this.#take(slot, gapMs);
    return slot;
  }

  /** Makes the slot that of a gap. */
  #take(slot: number, gapMs: number): void {
    const slots = this.#slots;
    const rate = 1000 / gapMs;
    const bucket = bucketOf(gapMs);
    const rateBucket = bucketOf(rate);
    this.#empty(slot);
    slots[slot + LOW] = Math.max(
      upperEdge(bucket - 1) * (1 + EDGE_MARGIN),
      1000 / (upperEdge(rateBucket) * (1 - EDGE_MARGIN)),
    );
    slots[slot + HIGH] = Math.min(
      upperEdge(bucket) * (1 - EDGE_MARGIN),
      1000 / (upperEdge(rateBucket - 1) * (1 + EDGE_MARGIN)),
    );
    slots[slot + BUCKET] = bucket;
    slots[slot + RATE_BUCKET] = rateBucket;
    slots[slot + ORIGIN] = gapMs;
    slots[slot + RATE_ORIGIN] = rate;
  }

  #emptySlots(): void {
    for (let slot = 0; slot < this.#slots.length; slot += SLOT_FIELDS) this.#empty(slot);
    if (this.#most === 0) return;
    this.#itlMs.extend(this.#least, this.#most);
    this.#tokensPerSecond.extend(1000 / this.#most, 1000 / this.#least);
  }

  #empty(slot: number): void {
    const slots = this.#slots;
    const count = slots[slot + COUNT]!;
    if (count === 0) return;
    const sum = slots[slot + SUM]!;
    const rateSum = slots[slot + RATE_SUM]!;
    const mean = sum / count;
    const rateMean = rateSum / count;
    const deviations = slots[slot + SQUARES]! - mean * sum;
    const rateDeviations = slots[slot + RATE_SQUARES]! - rateMean * rateSum;
    this.#itlMs.addBucket(slots[slot + BUCKET]!, count, slots[slot + ORIGIN]! + mean, deviations);
    this.#tokensPerSecond.addBucket(
      slots[slot + RATE_BUCKET]!,
      count,
      slots[slot + RATE_ORIGIN]! + rateMean,
      rateDeviations,
    );
    slots.fill(0, slot + COUNT, slot + SLOT_FIELDS);
  }
}

/** The nine binary digits after the first one, in thousandths and below two million; anything < SLOTS elsewhere. */
function leadingDigits(value: number): number {
  const thousandths = (value * 1024) | 0;
  const digits = 31 - Math.clz32(thousandths);
  return (digits > 9 ? thousandths >> (digits - 9) : thousandths) & (SLOTS - 1);
}
