import { LogSketch } from './log-sketch.ts';

/** A gap is the difference of two clock times, which are this exact, relatively. */
const CLOCK_PRECISION = 2 * Number.EPSILON;

/** Gaps between consecutive tokens of a request, pooled over requests, and the same gaps as tokens per second. */
export class GapSketch {
  /** Inter-token latency, ms. */
  readonly itlMs = new LogSketch();
  /** 1000 / gap: the rate one user sees at that moment. */
  readonly tokensPerSecond = new LogSketch();
  /** Gaps, then rates, of a few passes, and the extreme gaps. */
  #values = new Float64Array(256);
  #least = 0;
  #most = 0;

  /** Adds the same gap for `count` requests. */
  add(gapMs: number, count = 1): void {
    this.itlMs.add(gapMs, count);
    if (gapMs > 0) this.tokensPerSecond.add(1000 / gapMs, count);
  }

  /**
   * Adds the gaps of `requests` requests over the passes [from, to) that end at `ends`, the first of which began at
   * `startMs`, and which all last the same. Clock times are rounded, so these gaps differ in their last digits: their
   * mean stands for all of them, unless it lies so close to the extremes or to a bucket's edge that the digits count.
   */
  addEqualPasses(startMs: number, ends: Float64Array, from: number, to: number, requests: number): void {
    const passes = to - from;
    const gapMs = (ends[to - 1]! - startMs) / passes;
    if (passes === 1) {
      this.add(gapMs, requests);
      return;
    }
    const blurMs = CLOCK_PRECISION * ends[to - 1]!;
    if (!this.itlMs.addIfClear(gapMs, blurMs, passes * requests)) {
      this.#readGaps(startMs, ends, from, passes);
      this.#addGaps(passes, requests);
    }
    const rate = 1000 / gapMs;
    if (!this.tokensPerSecond.addIfClear(rate, rate * rate * 0.001 * blurMs, passes * requests)) {
      this.#readGaps(startMs, ends, from, passes);
      this.#addRates(passes, requests);
    }
  }

  /** As addEqualPasses(), for passes of any duration. */
  addPasses(startMs: number, ends: Float64Array, from: number, to: number, requests: number): void {
    this.#readGaps(startMs, ends, from, to - from);
    this.#addGaps(to - from, requests);
    this.#addRates(to - from, requests);
  }

  #readGaps(startMs: number, ends: Float64Array, from: number, passes: number): void {
    if (this.#values.length < passes) this.#values = new Float64Array(2 * passes);
    const gaps = this.#values;
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    let start = startMs;
    for (let pass = 0; pass < passes; pass++) {
      const end = ends[from + pass]!;
      const gapMs = end - start;
      gaps[pass] = gapMs;
      if (gapMs < least) least = gapMs;
      if (gapMs > most) most = gapMs;
      start = end;
    }
    this.#least = least;
    this.#most = most;
  }

  #addGaps(passes: number, requests: number): void {
    this.itlMs.addEach(this.#values, passes, requests, this.#least, this.#most);
  }

  /** Adds the rates that belong to the gaps just read; a gap of 0 has none. */
  #addRates(passes: number, requests: number): void {
    const values = this.#values;
    if (this.#least > 0) {
      for (let pass = 0; pass < passes; pass++) values[pass] = 1000 / values[pass]!;
      this.tokensPerSecond.addEach(values, passes, requests, 1000 / this.#most, 1000 / this.#least);
      return;
    }
    for (let pass = 0; pass < passes; pass++)
      if (values[pass]! > 0) this.tokensPerSecond.add(1000 / values[pass]!, requests);
  }
}
