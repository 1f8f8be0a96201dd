import { LogSketch } from './log-sketch.ts';

/** A gap is the difference of two clock times, which are this exact, relatively. */
const CLOCK_PRECISION = 2 * Number.EPSILON;

/** Gaps between consecutive tokens of a request, pooled over requests, and the same gaps as tokens per second. */
export class GapSketch {
  /** Inter-token latency, ms. */
  readonly itlMs = new LogSketch();
  /** 1000 / gap: the rate one user sees at that moment. */
  readonly tokensPerSecond = new LogSketch();
  /** Scratch space. */
  #gapMs = new Float64Array(256);

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
    const gapMs = (ends[to - 1]! - startMs) / (to - from);
    const blur = (CLOCK_PRECISION * ends[to - 1]!) / gapMs;
    if (
      to - from === 1 ||
      (this.itlMs.isClear(gapMs, blur) && this.tokensPerSecond.isClear(1000 / gapMs, blur))
    ) {
      this.add(gapMs, (to - from) * requests);
      return;
    }
    this.addPasses(startMs, ends, from, to, requests);
  }

  /** As addEqualPasses(), for passes of any duration. */
  addPasses(startMs: number, ends: Float64Array, from: number, to: number, requests: number): void {
    const passes = to - from;
    if (this.#gapMs.length < passes) this.#gapMs = new Float64Array(2 * passes);
    const gapMs = this.#gapMs;
    let shortest = Number.POSITIVE_INFINITY;
    let start = startMs;
    for (let pass = 0; pass < passes; pass++) {
      const end = ends[from + pass]!;
      const gap = end - start;
      gapMs[pass] = gap;
      if (gap < shortest) shortest = gap;
      start = end;
    }
    this.itlMs.addEach(gapMs, passes, requests);
    if (shortest > 0) {
      for (let pass = 0; pass < passes; pass++) gapMs[pass] = 1000 / gapMs[pass]!;
      this.tokensPerSecond.addEach(gapMs, passes, requests);
    } else {
      for (let pass = 0; pass < passes; pass++)
        if (gapMs[pass]! > 0) this.tokensPerSecond.add(1000 / gapMs[pass]!, requests);
    }
  }

  merge(other: GapSketch): void {
    this.itlMs.merge(other.itlMs);
    this.tokensPerSecond.merge(other.tokensPerSecond);
  }
}
