import { LogSketch } from '../../harness/sim/log-sketch.ts';
import type { TokenGaps } from '../../harness/sim/simulation-result.ts';

/** Token gaps put into their buckets one by one, by their logarithm. */
export class PlainGaps implements TokenGaps {
  readonly itlMs = new LogSketch();
  readonly tokensPerSecond = new LogSketch();

  add(gapMs: number): void {
    this.itlMs.add(gapMs, 1);
    if (gapMs > 0) this.tokensPerSecond.add(1000 / gapMs, 1);
  }
}
