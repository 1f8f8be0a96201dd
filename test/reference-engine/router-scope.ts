import type { RequestColumns } from '../../harness/sim/request-columns.ts';
import { PlacementBook } from './placement-book.ts';
import { overlapBlocks, uncachedTokens } from './router.ts';
import type { SimRequest } from './sim-request.ts';
import type { VllmWorker } from './vllm-worker.ts';

/** Marks an overlap that has not been walked for the current request. */
const UNKNOWN = -1;

/**
 * The state behind a policy's views: the request a hook is about, the instant, the workers and the router's books.
 * Overlaps are walked once per hook and worker, when first read.
 */
export class RouterScope {
  readonly workers: readonly VllmWorker[];
  readonly books: readonly PlacementBook[];
  readonly blockSize: number;
  readonly columns: RequestColumns;
  /** Worker that served the latest request of each inferred session, −1 before that. */
  readonly lastWorkerOfSession: Int32Array;
  now = 0;
  #request: SimRequest | null = null;
  readonly #overlaps: Int32Array;

  constructor(columns: RequestColumns, workers: readonly VllmWorker[], blockSize: number) {
    this.columns = columns;
    this.workers = workers;
    this.blockSize = blockSize;
    this.books = workers.map(() => new PlacementBook());
    this.lastWorkerOfSession = new Int32Array(columns.count).fill(-1);
    this.#overlaps = new Int32Array(workers.length);
  }

  /** The request all views are about. */
  get request(): SimRequest {
    return this.#request!;
  }

  /** Points the views at a request and an instant. */
  focus(request: SimRequest, now: number): void {
    this.#request = request;
    this.now = now;
    this.#overlaps.fill(UNKNOWN);
  }

  overlapBlocks(worker: number): number {
    if (this.#overlaps[worker] === UNKNOWN)
      this.#overlaps[worker] = overlapBlocks(this.request, this.workers[worker]!);
    return this.#overlaps[worker]!;
  }

  uncachedTokens(worker: number): number {
    return uncachedTokens(this.request, this.overlapBlocks(worker), this.blockSize);
  }

  minPrefillTokens(): number {
    let least = Number.POSITIVE_INFINITY;
    for (let worker = 0; worker < this.workers.length; worker++)
      least = Math.min(least, this.uncachedTokens(worker));
    return least;
  }
}
