import { NONE } from '../ds/key-table.ts';
import { PlacementBooks } from './placement-books.ts';
import { cachedOverlaps, type RouterContext, uncachedTokens } from './router.ts';
import type { VllmWorker } from './vllm-worker.ts';

/**
 * The state behind a policy's views: the request a hook is about, the workers and the router's books. A worker that has
 * run ahead is caught up when it is looked at; overlaps are walked once per hook, for all workers, when first read.
 */
export class RouterScope {
  readonly context: RouterContext;
  readonly books: PlacementBooks;
  /** Worker that served the latest request of each inferred session, NONE before that. */
  readonly lastWorkerOfSession: Int32Array;
  /** The request all views are about. */
  request = NONE;
  readonly #overlaps: Int32Array;
  #knowsOverlaps = false;
  readonly #activeOverlaps: Int32Array;
  #knowsActiveOverlaps = false;

  constructor(context: RouterContext) {
    const { columns } = context.requests;
    this.context = context;
    this.books = new PlacementBooks(columns, context.workers.length, true);
    this.lastWorkerOfSession = new Int32Array(columns.count).fill(NONE);
    this.#overlaps = new Int32Array(context.workers.length);
    this.#activeOverlaps = new Int32Array(context.workers.length);
  }

  /** Points the views at a request. */
  focus(request: number): void {
    this.request = request;
    this.#knowsOverlaps = false;
    this.#knowsActiveOverlaps = false;
  }

  /** A worker as it is now. */
  worker(id: number): VllmWorker {
    const worker = this.context.workers[id]!;
    worker.catchUp();
    return worker;
  }

  overlapBlocks(worker: number): number {
    if (!this.#knowsOverlaps) {
      cachedOverlaps(this.context, this.request, this.#overlaps);
      this.#knowsOverlaps = true;
    }
    return this.#overlaps[worker]!;
  }

  /** Valid until the hook's request is placed; hooks called later see what is true then. */
  activeOverlapBlocks(worker: number): number {
    if (!this.#knowsActiveOverlaps) {
      this.books.overlaps(this.request, this.#activeOverlaps);
      this.#knowsActiveOverlaps = true;
    }
    return this.#activeOverlaps[worker]!;
  }

  /** Forgets what was walked before the focused request was placed. */
  placed(): void {
    this.#knowsActiveOverlaps = false;
  }

  uncachedTokens(worker: number): number {
    const promptTokens = this.context.requests.columns.promptTokens[this.request]!;
    return uncachedTokens(promptTokens, this.overlapBlocks(worker), this.context.blockSize);
  }

  minPrefillTokens(): number {
    let least = Number.POSITIVE_INFINITY;
    for (let worker = 0; worker < this.context.workers.length; worker++) {
      least = Math.min(least, this.uncachedTokens(worker));
    }
    return least;
  }
}
