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
  /** What a cached block takes off the cost, per worker. */
  readonly #credits: Float64Array;
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
    this.#credits = new Float64Array(context.workers.length).fill(config.overlapScoreCredit);
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
    this.#price(request, overlaps);
    let best = 0;
    let least = costs[0]!;
    let tied = 1;
    for (let worker = 1; worker < costs.length; worker++) {
      const cost = costs[worker]!;
      if (cost > least) continue;
      if (cost === least) tied += 1;
      else {
        best = worker;
        least = cost;
        tied = 1;
      }
    }
    return tied === 1 ? best : this.#breakTie(best, tied);
  }

  /** What the request would cost on each worker. */
  #price(request: number, overlaps: Int32Array): void {
    const { config } = this.#options;
    const { requests, blockSize } = this.#context;
    const { promptTokens, keyStart } = requests.columns;
    const prompt = promptTokens[request]!;
    const promptBlocks = keyStart[request + 1]! - keyStart[request]!;
    if (config.overlapScoreCreditDecay !== 0) this.#decayCredits(prompt);
    this.#books.overlaps(request, this.#activeOverlaps);
    const { prefillTokens, activeBlocks, inFlight } = this.#books;
    const activeOverlaps = this.#activeOverlaps;
    const credits = this.#credits;
    const costs = this.#costs;
    const prefillScale = config.trackPrefillTokens ? config.prefillLoadScale : 0;
    const heldScale = config.trackActiveBlocks ? 1 : 0;
    const requestScale = config.decodeActiveRequestWeight;
    for (let worker = 0; worker < costs.length; worker++) {
      const rawBlocks = (prefillTokens[worker]! + prompt) / blockSize;
      const prefillBlocks = Math.max(0, rawBlocks - credits[worker]! * overlaps[worker]!);
      const heldBlocks = activeBlocks[worker]! + promptBlocks - activeOverlaps[worker]!;
      costs[worker] =
        prefillScale * prefillBlocks + heldScale * heldBlocks + requestScale * inFlight[worker]!;
    }
  }

  #decayCredits(prompt: number): void {
    const { overlapScoreCredit, overlapScoreCreditDecay } = this.#options.config;
    const { blockSize } = this.#context;
    const { prefillTokens } = this.#books;
    const leastPrefillTokens = this.#leastPrefillTokens();
    for (let worker = 0; worker < this.#credits.length; worker++) {
      const excessBlocks = (prefillTokens[worker]! - leastPrefillTokens) / blockSize;
      const decay = 1 / (1 + (overlapScoreCreditDecay * excessBlocks) / Math.ceil(prompt / blockSize));
      this.#credits[worker] = overlapScoreCredit * decay;
    }
  }

  #leastPrefillTokens(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const tokens of this.#books.prefillTokens) if (tokens < least) least = tokens;
    return least;
  }

  #breakTie(best: number, tied: number): number {
    const costs = this.#costs;
    let anyUsed = false;
    for (let worker = best; worker < costs.length; worker++) {
      if (costs[worker] === costs[best]) anyUsed ||= this.#books.wasUsed[worker] === 1;
    }
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
