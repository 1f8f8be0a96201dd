import { ActivePrompts } from './active-prompts.ts';
import { InvariantError } from './invariant-error.ts';
import type { RequestColumns } from './request-columns.ts';

/**
 * What the router knows of each worker from its own placements: prompt blocks, prefill tokens and number of the
 * requests it has put there and that have not ended. Returns to zero when all of them have.
 */
export class PlacementBooks {
  /** Prompt tokens booked for prefill, per worker. */
  readonly prefillTokens: Float64Array;
  /** Requests placed and not ended, per worker. */
  readonly inFlight: Int32Array;
  /** 1 once something has been placed, per worker. */
  readonly wasUsed: Uint8Array;
  /** Prompt blocks of the worker's requests in flight: distinct ones, or all of them where reuse must not be assumed. */
  readonly activeBlocks: Int32Array;
  readonly #prompts: ActivePrompts;
  readonly #bookedTokens: Int32Array;
  readonly #columns: RequestColumns;
  readonly #sharesBlocks: boolean;

  constructor(columns: RequestColumns, workers: number, sharesBlocks: boolean) {
    this.#columns = columns;
    this.#sharesBlocks = sharesBlocks;
    this.prefillTokens = new Float64Array(workers);
    this.inFlight = new Int32Array(workers);
    this.wasUsed = new Uint8Array(workers);
    this.activeBlocks = new Int32Array(workers);
    this.#bookedTokens = new Int32Array(columns.count);
    this.#prompts = new ActivePrompts(columns, this.activeBlocks);
  }

  /** Leading prompt blocks of a request that requests in flight on each worker have too. */
  overlaps(request: number, overlaps: Int32Array): void {
    this.#prompts.overlaps(request, overlaps);
  }

  place(worker: number, request: number, prefillTokens: number): void {
    this.wasUsed[worker] = 1;
    this.inFlight[worker]! += 1;
    this.prefillTokens[worker]! += prefillTokens;
    this.#bookedTokens[request] = prefillTokens;
    if (this.#sharesBlocks) this.#prompts.add(worker, request);
    else this.activeBlocks[worker]! += this.#promptBlocks(request);
  }

  firstToken(worker: number, request: number): void {
    this.prefillTokens[worker]! -= this.#bookedTokens[request]!;
    this.#bookedTokens[request] = 0;
  }

  end(worker: number, request: number): void {
    this.firstToken(worker, request);
    this.inFlight[worker]! -= 1;
    if (this.#sharesBlocks) this.#prompts.remove(worker, request);
    else this.activeBlocks[worker]! -= this.#promptBlocks(request);
  }

  /** Throws when some load is left although every request has ended. */
  assertEmpty(): void {
    for (let worker = 0; worker < this.inFlight.length; worker++) {
      const left = [this.inFlight[worker]!, this.prefillTokens[worker]!, this.activeBlocks[worker]!];
      if (left.some((load) => load !== 0))
        throw new InvariantError(
          `worker ${worker}: router load does not return to zero (${left[0]} requests, ${left[1]} prefill tokens, ${left[2]} blocks)`,
        );
    }
  }

  #promptBlocks(request: number): number {
    return this.#columns.keyStart[request + 1]! - this.#columns.keyStart[request]!;
  }
}
