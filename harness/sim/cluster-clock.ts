import type { VllmWorker } from './vllm-worker.ts';

/** Where a cluster is within one instant: workers that ran ahead are caught up to it when somebody looks at them. */
export class ClusterClock {
  now = 0;
  /** Workers with a lower id have ended their passes that end now. */
  endedBelow: number;
  /** Passes have been started at this very instant. */
  startedNow = false;
  /** When each worker's endPass() is due; Infinity while it is idle. */
  readonly dueMs: Float64Array;
  /** When what each worker has cached changes, although it has run ahead and its endPass() is not due. */
  readonly nextEvictionMs: Float64Array;

  constructor(workers: number) {
    this.endedBelow = workers;
    this.dueMs = new Float64Array(workers).fill(Number.POSITIVE_INFINITY);
    this.nextEvictionMs = new Float64Array(workers).fill(Number.POSITIVE_INFINITY);
  }

  moveTo(now: number): void {
    if (now === this.now) return;
    this.now = now;
    this.startedNow = false;
  }

  earliestDueMs(): number {
    const { dueMs } = this;
    let earliest = Number.POSITIVE_INFINITY;
    for (let id = 0; id < dueMs.length; id++) if (dueMs[id]! < earliest) earliest = dueMs[id]!;
    return earliest;
  }

  /** Has this worker's pass, if it ends now, been ended? */
  hasEnded(worker: VllmWorker): boolean {
    return worker.id < this.endedBelow;
  }

  catchUp(worker: VllmWorker): void {
    worker.catchUp(this.now, this.startedNow);
  }

  /** Catches those workers up whose cached blocks are no longer what they were. */
  catchUpCaches(workers: readonly VllmWorker[]): void {
    const { nextEvictionMs, now } = this;
    for (let id = 0; id < nextEvictionMs.length; id++) {
      if (nextEvictionMs[id]! <= now) this.catchUp(workers[id]!);
    }
  }
}
