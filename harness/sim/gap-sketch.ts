import { BUCKET, cellOf, EDGE, EDGE_MARGIN, gapCells, RATE_BUCKET, RATE_EDGE } from './gap-cells.ts';
import { bucketOf, LogSketch, upperEdge } from './log-sketch.ts';

/** A gap is the difference of two clock times, which are this exact, relatively. */
const CLOCK_PRECISION = 2 * Number.EPSILON;

/** Stretches are noted first and counted by the batch. */
const BATCH = 256;
/** Fields of a note: the mean gap of a stretch, its passes, for how many requests, when it began, what was added to the clock each time. */
const NOTE_FIELDS = 5;
const GAP = 0;
const PASSES = 1;
const REQUESTS = 2;
const START = 3;
const PASS_MS = 4;

/** Gaps between consecutive tokens of a request, pooled over requests, and the same gaps as tokens per second. */
export class GapSketch {
  readonly #itlMs = new LogSketch();
  readonly #tokensPerSecond = new LogSketch();
  readonly #notes = new Float64Array(BATCH * NOTE_FIELDS);
  #noted = 0;
  readonly #moments = new BatchMoments();
  /** Extreme gaps other than 0. */
  #least = Number.POSITIVE_INFINITY;
  #most = 0;

  /** Inter-token latency, ms. */
  get itlMs(): LogSketch {
    this.#count();
    return this.#itlMs;
  }

  /** 1000 / gap: the rate one user sees at that moment. A gap of 0 has none. */
  get tokensPerSecond(): LogSketch {
    this.#count();
    return this.#tokensPerSecond;
  }

  /** Adds the same gap for `requests` requests. */
  add(gapMs: number, requests = 1): void {
    if (gapMs > 0) this.#note(gapMs, 1, requests, 0, gapMs);
    else this.#itlMs.add(gapMs, requests);
  }

  /**
   * Adds the gaps of `requests` requests over the passes [from, to), which all last `passMs`; pass i goes from clockMs[i]
   * to clockMs[i + 1]. Clock times are rounded, so these gaps differ in their last digits: their mean stands for all of
   * them, unless it lies so close to the extremes or to a bucket's edge that the digits count.
   */
  addEqualPasses(clockMs: Float64Array, from: number, to: number, passMs: number, requests: number): void {
    const startMs = clockMs[from]!;
    const gapMs = (clockMs[to]! - startMs) / (to - from);
    if (gapMs > 0) this.#note(gapMs, to - from, requests, startMs, passMs);
    else this.#itlMs.add(gapMs, (to - from) * requests);
  }

  /** As addEqualPasses(), for passes of any duration. */
  addPasses(clockMs: Float64Array, from: number, to: number, requests: number): void {
    let pass = from;
    while (pass < to) pass = this.#addNeighbours(clockMs, pass, to, requests);
  }

  /** Adds the gaps of passes for as long as they share their buckets; returns where they no longer do. */
  #addNeighbours(clockMs: Float64Array, from: number, to: number, requests: number): number {
    const first = clockMs[from + 1]! - clockMs[from]!;
    if (!(first > 0)) {
      this.add(first, requests);
      return from + 1;
    }
    const bucket = gapBucket(first);
    const rateBucket = rateBucketOf(first);
    const low = Math.max(
      upperEdge(bucket - 1) * (1 + EDGE_MARGIN),
      1000 / (upperEdge(rateBucket) * (1 - EDGE_MARGIN)),
    );
    const high = Math.min(
      upperEdge(bucket) * (1 - EDGE_MARGIN),
      1000 / (upperEdge(rateBucket - 1) * (1 + EDGE_MARGIN)),
    );
    const moments = this.#moments;
    moments.begin(first);
    const { origin, rateOrigin } = moments;
    let least = this.#least;
    let most = this.#most;
    let sum = 0;
    let squares = 0;
    let rateSum = 0;
    let rateSquares = 0;
    let start: number;
    let end = clockMs[from + 1]!;
    let gapMs = first;
    let pass = from;
    // The first one belongs here even when it lies on an edge.
    do {
      if (gapMs < least) least = gapMs;
      if (gapMs > most) most = gapMs;
      const offset = gapMs - origin;
      const rateOffset = 1000 / gapMs - rateOrigin;
      sum += offset;
      squares += offset * offset;
      rateSum += rateOffset;
      rateSquares += rateOffset * rateOffset;
      pass += 1;
      if (pass === to) break;
      start = end;
      end = clockMs[pass + 1]!;
      gapMs = end - start;
    } while (gapMs > low && gapMs < high);
    this.#least = least;
    this.#most = most;
    this.#itlMs.countIn(bucket, (pass - from) * requests);
    this.#tokensPerSecond.countIn(rateBucket, (pass - from) * requests);
    moments.add(
      (pass - from) * requests,
      sum * requests,
      squares * requests,
      rateSum * requests,
      rateSquares * requests,
    );
    if (moments.additions >= BATCH) this.#passMomentsOn();
    return pass;
  }

  #note(gapMs: number, passes: number, requests: number, startMs: number, passMs: number): void {
    if (this.#noted === BATCH * NOTE_FIELDS) this.#countNotes();
    const note = this.#noted;
    const notes = this.#notes;
    notes[note + GAP] = gapMs;
    notes[note + PASSES] = passes;
    notes[note + REQUESTS] = requests;
    notes[note + START] = startMs;
    notes[note + PASS_MS] = passMs;
    this.#noted = note + NOTE_FIELDS;
  }

  #count(): void {
    this.#countNotes();
    this.#passMomentsOn();
    if (this.#most === 0) return;
    this.#itlMs.extend(this.#least, this.#most);
    this.#tokensPerSecond.extend(1000 / this.#most, 1000 / this.#least);
  }

  #countNotes(): void {
    const notes = this.#notes;
    const noted = this.#noted;
    this.#noted = 0;
    if (noted === 0) return;
    const moments = this.#moments;
    moments.begin(notes[GAP]!);
    const { origin, rateOrigin } = moments;
    let count = 0;
    let sum = 0;
    let squares = 0;
    let rateSum = 0;
    let rateSquares = 0;
    for (let note = 0; note < noted; note += NOTE_FIELDS) {
      if (!this.#countInBuckets(note)) continue;
      const gapMs = notes[note + GAP]!;
      const gaps = notes[note + PASSES]! * notes[note + REQUESTS]!;
      const offset = gapMs - origin;
      const rateOffset = 1000 / gapMs - rateOrigin;
      count += gaps;
      sum += offset * gaps;
      squares += offset * offset * gaps;
      rateSum += rateOffset * gaps;
      rateSquares += rateOffset * rateOffset * gaps;
    }
    moments.add(count, sum, squares, rateSum, rateSquares);
    this.#passMomentsOn();
  }

  /** False where the gaps of a note had to be told apart: then they are counted in full. */
  #countInBuckets(note: number): boolean {
    const notes = this.#notes;
    const gapMs = notes[note + GAP]!;
    const passes = notes[note + PASSES]!;
    const requests = notes[note + REQUESTS]!;
    const cell = cellOf(gapMs);
    const isOne = passes === 1;
    const noise = isOne ? 0 : CLOCK_PRECISION * (notes[note + START]! + gapMs * passes);
    const margin = gapMs * EDGE_MARGIN + noise;
    const beyond = gapMs - gapCells[cell + EDGE]!;
    const rateBeyond = gapMs - gapCells[cell + RATE_EDGE]!;
    const isClear =
      cell !== 0 && (beyond > margin || beyond < -margin) && (rateBeyond > margin || rateBeyond < -margin);
    if (!isClear) {
      this.#addOneByOne(notes[note + START]!, notes[note + PASS_MS]!, passes, requests);
      return false;
    }
    if (isOne) this.#extend(gapMs);
    else if (gapMs - noise <= this.#least || gapMs + noise >= this.#most)
      this.#extendOneByOne(notes[note + START]!, notes[note + PASS_MS]!, passes);
    this.#itlMs.countIn(gapCells[cell + BUCKET]! + (beyond > 0 ? 1 : 0), passes * requests);
    this.#tokensPerSecond.countIn(
      gapCells[cell + RATE_BUCKET]! - (rateBeyond > 0 ? 1 : 0),
      passes * requests,
    );
    return true;
  }

  #addOneByOne(startMs: number, passMs: number, passes: number, requests: number): void {
    let start = startMs;
    for (let pass = 0; pass < passes; pass++) {
      const end = start + passMs;
      this.#addWithLogarithms(end - start, requests);
      start = end;
    }
  }

  #addWithLogarithms(gapMs: number, requests: number): void {
    this.#extend(gapMs);
    this.#itlMs.add(gapMs, requests);
    this.#tokensPerSecond.add(1000 / gapMs, requests);
  }

  #extendOneByOne(startMs: number, passMs: number, passes: number): void {
    let start = startMs;
    for (let pass = 0; pass < passes; pass++) {
      const end = start + passMs;
      this.#extend(end - start);
      start = end;
    }
  }

  #extend(gapMs: number): void {
    if (gapMs < this.#least) this.#least = gapMs;
    if (gapMs > this.#most) this.#most = gapMs;
  }

  #passMomentsOn(): void {
    this.#moments.passOn(this.#itlMs, this.#tokensPerSecond);
  }
}

/** Sums of a batch of gaps and of their rates, about the first of them. */
class BatchMoments {
  additions = 0;
  origin = 0;
  rateOrigin = 0;
  #count = 0;
  #sum = 0;
  #squares = 0;
  #rateSum = 0;
  #rateSquares = 0;

  begin(gapMs: number): void {
    if (this.additions > 0) return;
    this.origin = gapMs;
    this.rateOrigin = 1000 / gapMs;
  }

  add(count: number, sum: number, squares: number, rateSum: number, rateSquares: number): void {
    this.additions += 1;
    this.#count += count;
    this.#sum += sum;
    this.#squares += squares;
    this.#rateSum += rateSum;
    this.#rateSquares += rateSquares;
  }

  passOn(gaps: LogSketch, rates: LogSketch): void {
    const count = this.#count;
    if (count > 0) {
      const mean = this.#sum / count;
      const rateMean = this.#rateSum / count;
      gaps.addMoments(count, this.origin + mean, this.#squares - mean * this.#sum);
      rates.addMoments(count, this.rateOrigin + rateMean, this.#rateSquares - rateMean * this.#rateSum);
    }
    this.additions = 0;
    this.#count = 0;
    this.#sum = 0;
    this.#squares = 0;
    this.#rateSum = 0;
    this.#rateSquares = 0;
  }
}

function gapBucket(gapMs: number): number {
  const cell = cellOf(gapMs);
  const beyond = gapMs - gapCells[cell + EDGE]!;
  if (cell === 0 || Math.abs(beyond) <= gapMs * EDGE_MARGIN) return bucketOf(gapMs);
  return gapCells[cell + BUCKET]! + (beyond > 0 ? 1 : 0);
}

function rateBucketOf(gapMs: number): number {
  const cell = cellOf(gapMs);
  const beyond = gapMs - gapCells[cell + RATE_EDGE]!;
  if (cell === 0 || Math.abs(beyond) <= gapMs * EDGE_MARGIN) return bucketOf(1000 / gapMs);
  return gapCells[cell + RATE_BUCKET]! - (beyond > 0 ? 1 : 0);
}
