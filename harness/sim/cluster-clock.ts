import type { VllmWorker } from './vllm-worker.ts';

/** Where a cluster is within one instant: workers that ran ahead are caught up to it when somebody looks at them. */
export class ClusterClock {
  now = 0;
  /** Workers with a lower id have ended their passes that end now. */
  endedBelow = 0;
  /** Passes have been started at this very instant. */
  startedNow = false;
  /** When each worker's endPass() is due; Infinity while it is idle. */
  readonly dueMs: Float64Array;

  constructor(workers: number) {
    this.dueMs = new Float64Array(workers).fill(Number.POSITIVE_INFINITY);
  }

  moveTo(now: number): void {
    if (now === this.now) return;
    this.now = now;
    this.startedNow = false;
  }

  /** Has this worker's pass, if it ends now, been ended? */
  hasEnded(worker: VllmWorker): boolean {
    return worker.id < this.endedBelow;
  }

  catchUp(worker: VllmWorker): void {
    worker.catchUp(this.now, this.startedNow);
  }
}
