import { Rng } from '../../harness/ds/rng.ts';
import type { KvRouterConfig, TieBreak } from '../../harness/sim/config.ts';
import { NO_HOOK_CALLS } from '../../harness/sim/hook-calls.ts';
import { InvariantError } from '../../harness/sim/invariant-error.ts';
import { PlacementBook } from './placement-book.ts';
import { type ClusterRouter, overlapBlocks, type Place, uncachedTokens } from './router.ts';
import type { SimRequest } from './sim-request.ts';
import type { VllmWorker } from './vllm-worker.ts';

/** A request the router holds back, with the overlaps of its arrival. */
interface QueuedRequest {
  readonly request: SimRequest;
  readonly overlaps: Int32Array;
}

export interface KvRouterOptions {
  readonly config: KvRouterConfig;
  readonly tieBreak: TieBreak;
  readonly blockSize: number;
  readonly maxNumBatchedTokens: number;
}

/** The budget that the queue reckons with when passes have none, tokens (DynoSim 1.4.2). */
const BUDGET_OF_UNLIMITED_PASSES = 10_000_000;

/** DynoSim's KV router: cheapest worker by blocks left to prefill plus blocks held, with an optional queue. */
export class KvRouter implements ClusterRouter {
  ties = 0;
  readonly hookCalls = NO_HOOK_CALLS;
  readonly heldRequests = 0;
  readonly #options: KvRouterOptions;
  readonly #workers: readonly VllmWorker[];
  readonly #place: Place;
  readonly #books: PlacementBook[];
  readonly #costs: Float64Array;
  readonly #queue: QueuedRequest[] = [];
  readonly #rng: Rng | null;

  constructor(options: KvRouterOptions, workers: readonly VllmWorker[], place: Place) {
    this.#options = options;
    this.#workers = workers;
    this.#place = place;
    this.#books = workers.map(() => new PlacementBook());
    this.#costs = new Float64Array(workers.length);
    this.#rng = options.tieBreak.kind === 'random' ? new Rng(options.tieBreak.seed) : null;
  }

  arrive(request: SimRequest, now: number): void {
    const overlaps = Int32Array.from(this.#workers, (worker) => overlapBlocks(request, worker));
    if (this.#queue.length > 0 || this.#allBusy()) this.#queue.push({ request, overlaps });
    else this.#decide(request, overlaps, now);
  }

  firstToken(request: SimRequest, worker: number, now: number): void {
    this.#books[worker]!.firstToken(request);
    this.#drain(now);
  }

  end(request: SimRequest, worker: number, now: number): void {
    this.#books[worker]!.end(request, this.#options.config.assumeKvReuse);
    this.#drain(now);
  }

  assertEmpty(): void {
    if (this.#queue.length > 0)
      throw new InvariantError(`router: ${this.#queue.length} requests still queued`);
    for (const [worker, book] of this.#books.entries()) book.assertEmpty(`worker ${worker}`);
  }

  #decide(request: SimRequest, overlaps: Int32Array, now: number): void {
    const worker = this.#cheapest(request, overlaps);
    const { trackPrefillTokens, assumeKvReuse } = this.#options.config;
    const prefillTokens = trackPrefillTokens
      ? uncachedTokens(request, overlaps[worker]!, this.#options.blockSize)
      : 0;
    this.#books[worker]!.place(request, prefillTokens, assumeKvReuse);
    request.overlapTokens = overlaps[worker]! * this.#options.blockSize;
    this.#place(request, worker, now);
  }

  #cheapest(request: SimRequest, overlaps: Int32Array): number {
    const leastPrefillTokens = this.#leastPrefillTokens();
    let best = 0;
    for (let worker = 0; worker < this.#workers.length; worker++) {
      this.#costs[worker] = this.#cost(request, worker, overlaps[worker]!, leastPrefillTokens);
      if (this.#costs[worker]! < this.#costs[best]!) best = worker;
    }
    return this.#breakTie(best);
  }

  #cost(request: SimRequest, worker: number, overlap: number, leastPrefillTokens: number): number {
    const { config, blockSize } = this.#options;
    const book = this.#books[worker]!;
    let prefillBlocks = 0;
    if (config.trackPrefillTokens) {
      const rawBlocks = (book.prefillTokens + request.promptTokens) / blockSize;
      const excessBlocks = (book.prefillTokens - leastPrefillTokens) / blockSize;
      const promptBlocks = Math.ceil(request.promptTokens / blockSize);
      const decay = 1 / (1 + (config.overlapScoreCreditDecay * excessBlocks) / promptBlocks);
      prefillBlocks = Math.max(0, rawBlocks - config.overlapScoreCredit * decay * overlap);
    }
    let heldBlocks = 0;
    if (config.trackActiveBlocks) {
      const shared = config.assumeKvReuse ? book.activeOverlapBlocks(request) : 0;
      heldBlocks = book.activeBlocks + request.promptBlocks - shared;
    }
    return (
      config.prefillLoadScale * prefillBlocks + heldBlocks + config.decodeActiveRequestWeight * book.inFlight
    );
  }

  #leastPrefillTokens(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const book of this.#books) least = Math.min(least, book.prefillTokens);
    return least;
  }

  #breakTie(best: number): number {
    const tied: number[] = [];
    for (let worker = 0; worker < this.#costs.length; worker++) {
      if (this.#costs[worker] === this.#costs[best]) tied.push(worker);
    }
    if (tied.length === 1) return best;
    if (tied.some((worker) => this.#books[worker]!.wasUsed)) this.ties += 1;
    return this.#rng === null ? best : tied[this.#rng.int(tied.length)]!;
  }

  #allBusy(): boolean {
    const { config, maxNumBatchedTokens } = this.#options;
    const budget =
      maxNumBatchedTokens === Number.POSITIVE_INFINITY ? BUDGET_OF_UNLIMITED_PASSES : maxNumBatchedTokens;
    const limit = config.queueThreshold * budget;
    return this.#books.every((book) => book.prefillTokens > limit);
  }

  #drain(now: number): void {
    while (this.#queue.length > 0 && !this.#allBusy()) {
      const [next] = this.#queue.splice(this.#nextInQueue(), 1);
      this.#decide(next!.request, next!.overlaps, now);
    }
  }

  /** Index of the queued request to place next; equals are taken in the order they were queued. */
  #nextInQueue(): number {
    let best = 0;
    for (let index = 1; index < this.#queue.length; index++) {
      if (this.#goesBefore(this.#queue[index]!, this.#queue[best]!)) best = index;
    }
    return best;
  }

  #goesBefore(a: QueuedRequest, b: QueuedRequest): boolean {
    switch (this.#options.config.queuePolicy) {
      case 'fcfs':
        return a.request.arrivalMs < b.request.arrivalMs;
      case 'lcfs':
        return a.request.arrivalMs > b.request.arrivalMs;
      case 'wspt':
        return this.#leastUncached(a) < this.#leastUncached(b);
    }
  }

  #leastUncached({ request, overlaps }: QueuedRequest): number {
    return Math.max(1, request.promptTokens - this.#options.blockSize * Math.max(...overlaps));
  }
}
