import type { VllmWorker } from './vllm-worker.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** What time it is for a cluster, and when its workers are due. Workers that ran ahead are caught up to it when somebody looks at them. */
export class ClusterClock {
  now = 0;
  /** Workers with a lower id have ended their passes that end now. */
  endedBelow: number;
  /** Passes have been started at this very instant. */
  startedNow = false;
  /** When each worker's endPass() is due; Infinity while it is idle. */
  readonly dueMs: Float64Array;
  /** When what each worker has cached changes, although it has run ahead and its endPass() is not due; none is before the earliest. */
  readonly #nextEvictionMs: Float64Array;
  #earliestEvictionMs = NEVER;
  /** Found by findNextDue(): the earliest of `dueMs`, the first worker it is that of, and whether it is that of another one too. */
  nextDueMs = NEVER;
  nextDueWorker = 0;
  areMoreDue = false;

  constructor(workers: number) {
    this.endedBelow = workers;
    this.dueMs = new Float64Array(workers).fill(NEVER);
    this.#nextEvictionMs = new Float64Array(workers).fill(NEVER);
  }

  moveTo(now: number): void {
    if (now === this.now) return;
    this.now = now;
    this.startedNow = false;
  }

  findNextDue(): void {
    const { dueMs } = this;
    let earliest = dueMs[0]!;
    let worker = 0;
    let areMore = false;
    for (let id = 1; id < dueMs.length; id++) {
      const due = dueMs[id]!;
      if (due > earliest) continue;
      areMore = due === earliest;
      if (areMore) continue;
      earliest = due;
      worker = id;
    }
    this.nextDueMs = earliest;
    this.nextDueWorker = worker;
    this.areMoreDue = areMore;
  }

  /** Has this worker's pass, if it ends now, been ended? */
  hasEnded(worker: VllmWorker): boolean {
    return worker.id < this.endedBelow;
  }

  setNextEviction(worker: number, evictionMs: number): void {
    this.#nextEvictionMs[worker] = evictionMs;
    if (evictionMs < this.#earliestEvictionMs) this.#earliestEvictionMs = evictionMs;
  }

  /** Catches those workers up whose cached blocks are no longer what they were. */
  catchUpCaches(workers: readonly VllmWorker[]): void {
    if (this.#earliestEvictionMs > this.now) return;
    const evictionMs = this.#nextEvictionMs;
    this.#earliestEvictionMs = NEVER;
    for (let id = 0; id < evictionMs.length; id++) {
      if (evictionMs[id]! <= this.now) workers[id]!.catchUp();
      if (evictionMs[id]! < this.#earliestEvictionMs) this.#earliestEvictionMs = evictionMs[id]!;
    }
  }
}
