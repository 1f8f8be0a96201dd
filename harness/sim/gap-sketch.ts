import { LogSketch } from './log-sketch.ts';

/** Gaps between consecutive tokens of a request, pooled over requests, and the same gaps as tokens per second. */
export class GapSketch {
  /** Inter-token latency, ms. */
  readonly itlMs = new LogSketch();
  /** 1000 / gap: the rate one user sees at that moment. */
  readonly tokensPerSecond = new LogSketch();

  /** Adds the same gap for `count` requests. */
  add(gapMs: number, count = 1): void {
    this.itlMs.add(gapMs, count);
    if (gapMs > 0) this.tokensPerSecond.add(1000 / gapMs, count);
  }

  merge(other: GapSketch): void {
    this.itlMs.merge(other.itlMs);
    this.tokensPerSecond.merge(other.tokensPerSecond);
  }
}
