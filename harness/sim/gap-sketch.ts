import { BUCKET, cellOf, EDGE, EDGE_MARGIN, GAP_CELLS, RATE_BUCKET, RATE_EDGE } from './gap-cells.ts';
import { GAMMA, LogSketch } from './log-sketch.ts';

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
    let at = clockMs[from]!;
    const first = clockMs[from + 1]! - at;
    const cell = cellOf(first);
    const edge = GAP_CELLS[cell + EDGE]!;
    const rateEdge = GAP_CELLS[cell + RATE_EDGE]!;
    // Both buckets, as gaps: from their lower edges to their upper ones.
    const low = Math.max(first < edge ? edge / GAMMA : edge, first < rateEdge ? rateEdge / GAMMA : rateEdge);
    const high = Math.min(first < edge ? edge : edge * GAMMA, first < rateEdge ? rateEdge : rateEdge * GAMMA);
    const middle = (low + high) / 2;
    const radius = (high - low) / 2 - middle * EDGE_MARGIN;
    if (cell === 0 || !(Math.abs(first - middle) < radius)) {
      this.add(first, requests);
      return from + 1;
    }
    const rateMiddle = 1000 / middle;
    const squareRadius = radius * radius;
    let squares = 0;
    let rateSum = 0;
    let rateSquares = 0;
    let pass = from;
    for (; pass < to; pass++) {
      const end = clockMs[pass + 1]!;
      const gapMs = end - at;
      const offset = gapMs - middle;
      const square = offset * offset;
      if (square > squareRadius) break;
      const rateOffset = 1000 / gapMs - rateMiddle;
      squares += square;
      rateSum += rateOffset;
      rateSquares += rateOffset * rateOffset;
      at = end;
    }
    if (!(this.#least <= low && this.#most >= high)) this.#extendBy(clockMs, from, pass);
    const passes = pass - from;
    const gaps = passes * requests;
    const sum = at - clockMs[from]! - passes * middle;
    this.#itlMs.countIn(GAP_CELLS[cell + BUCKET]! + (first > edge ? 1 : 0), gaps);
    this.#tokensPerSecond.countIn(GAP_CELLS[cell + RATE_BUCKET]! - (first > rateEdge ? 1 : 0), gaps);
    this.#moments.add(
      middle,
      gaps,
      sum * requests,
      squares * requests,
      rateSum * requests,
      rateSquares * requests,
    );
    if (this.#moments.additions >= BATCH) this.#passMomentsOn();
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
    let origin = 0;
    let rateOrigin = 0;
    let count = 0;
    let sum = 0;
    let squares = 0;
    let rateSum = 0;
    let rateSquares = 0;
    for (let note = 0; note < noted; note += NOTE_FIELDS) {
      if (!this.#countInBuckets(note)) continue;
      const gapMs = notes[note + GAP]!;
      if (count === 0) {
        origin = gapMs;
        rateOrigin = 1000 / gapMs;
      }
      const gaps = notes[note + PASSES]! * notes[note + REQUESTS]!;
      const offset = gapMs - origin;
      const rateOffset = 1000 / gapMs - rateOrigin;
      count += gaps;
      sum += offset * gaps;
      squares += offset * offset * gaps;
      rateSum += rateOffset * gaps;
      rateSquares += rateOffset * rateOffset * gaps;
    }
    if (count > 0) this.#moments.add(origin, count, sum, squares, rateSum, rateSquares);
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
    const beyond = gapMs - GAP_CELLS[cell + EDGE]!;
    const rateBeyond = gapMs - GAP_CELLS[cell + RATE_EDGE]!;
    const isClear =
      cell !== 0 && (beyond > margin || beyond < -margin) && (rateBeyond > margin || rateBeyond < -margin);
    if (!isClear) {
      this.#addOneByOne(notes[note + START]!, notes[note + PASS_MS]!, passes, requests);
      return false;
    }
    if (isOne) this.#extend(gapMs);
    else if (gapMs - noise <= this.#least || gapMs + noise >= this.#most)
      this.#extendOneByOne(notes[note + START]!, notes[note + PASS_MS]!, passes);
    this.#itlMs.countIn(GAP_CELLS[cell + BUCKET]! + (beyond > 0 ? 1 : 0), passes * requests);
    this.#tokensPerSecond.countIn(
      GAP_CELLS[cell + RATE_BUCKET]! - (rateBeyond > 0 ? 1 : 0),
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

  #extendBy(clockMs: Float64Array, from: number, to: number): void {
    for (let pass = from; pass < to; pass++) this.#extend(clockMs[pass + 1]! - clockMs[pass]!);
  }

  #extend(gapMs: number): void {
    if (gapMs < this.#least) this.#least = gapMs;
    if (gapMs > this.#most) this.#most = gapMs;
  }

  #passMomentsOn(): void {
    this.#moments.passOn(this.#itlMs, this.#tokensPerSecond);
  }
}

/** Moments of a batch of gaps and of their rates, about the origin of its first part. */
class BatchMoments {
  additions = 0;
  #origin = 0;
  #rateOrigin = 0;
  #count = 0;
  #sum = 0;
  #squares = 0;
  #rateSum = 0;
  #rateSquares = 0;

  /** Adds sums of offsets and of their squares: of gaps from `origin`, of rates from that of `origin`. */
  add(
    origin: number,
    count: number,
    sum: number,
    squares: number,
    rateSum: number,
    rateSquares: number,
  ): void {
    const rateOrigin = 1000 / origin;
    if (this.additions === 0) {
      this.#origin = origin;
      this.#rateOrigin = rateOrigin;
    }
    const shift = origin - this.#origin;
    const rateShift = rateOrigin - this.#rateOrigin;
    this.additions += 1;
    this.#count += count;
    this.#sum += sum + count * shift;
    this.#squares += squares + shift * (2 * sum + count * shift);
    this.#rateSum += rateSum + count * rateShift;
    this.#rateSquares += rateSquares + rateShift * (2 * rateSum + count * rateShift);
  }

  passOn(gaps: LogSketch, rates: LogSketch): void {
    const count = this.#count;
    if (count > 0) {
      const mean = this.#sum / count;
      const rateMean = this.#rateSum / count;
      gaps.addMoments(count, this.#origin + mean, Math.max(0, this.#squares - mean * this.#sum));
      const rateDeviations = this.#rateSquares - rateMean * this.#rateSum;
      rates.addMoments(count, this.#rateOrigin + rateMean, Math.max(0, rateDeviations));
    }
    this.additions = 0;
    this.#count = 0;
    this.#sum = 0;
    this.#squares = 0;
    this.#rateSum = 0;
    this.#rateSquares = 0;
  }
}
