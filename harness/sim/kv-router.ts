import { Rng } from '../ds/rng.ts';
import type { KvRouterConfig, TieBreak } from './config.ts';
import { NO_HOOK_CALLS } from './hook-calls.ts';
import { InvariantError } from './invariant-error.ts';
import { PlacementBooks } from './placement-books.ts';
import { type ClusterRouter, cachedOverlaps, type RouterContext, uncachedTokens } from './router.ts';

/** A request the router holds back, with the overlaps of its arrival. */
interface QueuedRequest {
  readonly request: number;
  readonly arrivalMs: number;
  readonly overlaps: Int32Array;
}

export interface KvRouterOptions {
  readonly config: KvRouterConfig;
  readonly tieBreak: TieBreak;
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
  readonly #context: RouterContext;
  readonly #books: PlacementBooks;
  readonly #costs: Float64Array;
  readonly #overlaps: Int32Array;
  readonly #activeOverlaps: Int32Array;
  /** A worker is busy above this many booked prefill tokens. */
  readonly #busyAbove: number;
  readonly #queue: QueuedRequest[] = [];
  readonly #rng: Rng | null;

  constructor(options: KvRouterOptions, context: RouterContext) {
    const { config, tieBreak, maxNumBatchedTokens } = options;
    const budget = maxNumBatchedTokens === Infinity ? BUDGET_OF_UNLIMITED_PASSES : maxNumBatchedTokens;
    this.#options = options;
    this.#context = context;
    this.#books = new PlacementBooks(context.requests.columns, context.workers.length, config.assumeKvReuse);
    this.#costs = new Float64Array(context.workers.length);
    this.#overlaps = new Int32Array(context.workers.length);
    this.#activeOverlaps = new Int32Array(context.workers.length);
    this.#busyAbove = config.queueThreshold * budget;
    this.#rng = tieBreak.kind === 'random' ? new Rng(tieBreak.seed) : null;
  }

  arrive(request: number): void {
    const { clock } = this.#context;
    cachedOverlaps(this.#context, request, this.#overlaps);
    if (this.#queue.length > 0 || this.#allBusy()) {
      this.#queue.push({ request, arrivalMs: clock.now, overlaps: this.#overlaps.slice() });
    } else this.#decide(request, this.#overlaps);
  }

  firstToken(request: number, worker: number): void {
    this.#books.firstToken(worker, request);
    this.#drain();
  }

  end(request: number, worker: number): void {
    this.#books.end(worker, request);
    this.#drain();
  }

  assertEmpty(): void {
    if (this.#queue.length > 0)
      throw new InvariantError(`router: ${this.#queue.length} requests still queued`);
    this.#books.assertEmpty();
  }

  #decide(request: number, overlaps: Int32Array): void {
    const { requests, blockSize, place } = this.#context;
    const worker = this.#cheapest(request, overlaps);
    const promptTokens = requests.columns.promptTokens[request]!;
    const booked = this.#options.config.trackPrefillTokens
      ? uncachedTokens(promptTokens, overlaps[worker]!, blockSize)
      : 0;
    this.#books.place(worker, request, booked);
    requests.overlapTokens[request] = overlaps[worker]! * blockSize;
    place(request, worker);
  }

  #cheapest(request: number, overlaps: Int32Array): number {
    const costs = this.#costs;
    const leastPrefillTokens = this.#leastPrefillTokens();
    this.#books.overlaps(request, this.#activeOverlaps);
    let best = 0;
    for (let worker = 0; worker < costs.length; worker++) {
      costs[worker] = this.#cost(request, worker, overlaps[worker]!, leastPrefillTokens);
      if (costs[worker]! < costs[best]!) best = worker;
    }
    return this.#breakTie(best);
  }

  #cost(request: number, worker: number, overlap: number, leastPrefillTokens: number): number {
    const { config } = this.#options;
    const { requests, blockSize } = this.#context;
    const { columns } = requests;
    const books = this.#books;
    const promptTokens = columns.promptTokens[request]!;
    let prefillBlocks = 0;
    if (config.trackPrefillTokens) {
      const rawBlocks = (books.prefillTokens[worker]! + promptTokens) / blockSize;
      const excessBlocks = (books.prefillTokens[worker]! - leastPrefillTokens) / blockSize;
      const decay =
        config.overlapScoreCreditDecay === 0
          ? 1
          : 1 / (1 + (config.overlapScoreCreditDecay * excessBlocks) / Math.ceil(promptTokens / blockSize));
      prefillBlocks = Math.max(0, rawBlocks - config.overlapScoreCredit * decay * overlap);
    }
    let heldBlocks = 0;
    if (config.trackActiveBlocks) {
      const shared = config.assumeKvReuse ? this.#activeOverlaps[worker]! : 0;
      const promptBlocks = columns.keyStart[request + 1]! - columns.keyStart[request]!;
      heldBlocks = books.activeBlocks(worker) + promptBlocks - shared;
    }
    return (
      config.prefillLoadScale * prefillBlocks +
      heldBlocks +
      config.decodeActiveRequestWeight * books.inFlight[worker]!
    );
  }

  #leastPrefillTokens(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const tokens of this.#books.prefillTokens) if (tokens < least) least = tokens;
    return least;
  }

  #breakTie(best: number): number {
    const costs = this.#costs;
    let tied = 0;
    let anyUsed = false;
    for (let worker = 0; worker < costs.length; worker++) {
      if (costs[worker] !== costs[best]) continue;
      tied += 1;
      anyUsed ||= this.#books.wasUsed[worker] === 1;
    }
    if (tied === 1) return best;
    if (anyUsed) this.ties += 1;
    return this.#rng === null ? best : this.#drawn(best, this.#rng.int(tied));
  }

  /** The tied worker at a drawn position. */
  #drawn(best: number, position: number): number {
    let left = position;
    for (let worker = best; worker < this.#costs.length; worker++) {
      if (this.#costs[worker] !== this.#costs[best]) continue;
      if (left === 0) return worker;
      left -= 1;
    }
    return best;
  }

  #allBusy(): boolean {
    for (const tokens of this.#books.prefillTokens) if (!(tokens > this.#busyAbove)) return false;
    return true;
  }

  #drain(): void {
    while (this.#queue.length > 0 && !this.#allBusy()) {
      const [next] = this.#queue.splice(this.#nextInQueue(), 1);
      this.#decide(next!.request, next!.overlaps);
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
        return a.arrivalMs < b.arrivalMs;
      case 'lcfs':
        return a.arrivalMs > b.arrivalMs;
      case 'wspt':
        return this.#leastUncached(a) < this.#leastUncached(b);
    }
  }

  #leastUncached({ request, overlaps }: QueuedRequest): number {
    const promptTokens = this.#context.requests.columns.promptTokens[request]!;
    return Math.max(1, promptTokens - this.#context.blockSize * Math.max(...overlaps));
  }
}
