import { LogSketch } from './log-sketch.ts';

/** Every gap between consecutive tokens of a request, pooled over all requests, and the same gaps as tokens per second. */
export class GapSketch {
  /** Inter-token latency, ms. */
  readonly itlMs = new LogSketch();
  /** 1000 / gap: the rate one user sees at that moment. */
  readonly tokensPerSecond = new LogSketch();

  add(gapMs: number): void {
    this.itlMs.add(gapMs);
    if (gapMs > 0) this.tokensPerSecond.add(1000 / gapMs);
  }
}
