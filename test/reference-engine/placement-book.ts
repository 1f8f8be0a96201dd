import { InvariantError } from '../../harness/sim/invariant-error.ts';
import type { SimRequest } from './sim-request.ts';

/**
 * What the router knows of one worker from its own placements: prompt blocks, prefill tokens and number of the
 * requests it has put there and that have not ended. Returns to zero when all of them have.
 */
export class PlacementBook {
  /** Prompt tokens booked for prefill. */
  prefillTokens = 0;
  /** Requests placed and not ended. */
  inFlight = 0;
  /** Set once something has been placed. */
  wasUsed = false;
  /** Holders of each prompt block key. */
  readonly #holders = new Map<number, number>();
  /** Blocks counted without keys, where reuse must not be assumed. */
  #unsharedBlocks = 0;

  /** Distinct prompt blocks of the requests in flight. */
  get activeBlocks(): number {
    return this.#holders.size + this.#unsharedBlocks;
  }

  /** Leading prompt blocks of `request` that requests in flight hold already. */
  activeOverlapBlocks(request: SimRequest): number {
    let blocks = 0;
    while (blocks < request.promptBlocks && this.#holders.has(request.promptKey(blocks))) blocks += 1;
    return blocks;
  }

  place(request: SimRequest, prefillTokens: number, shareBlocks: boolean): void {
    this.wasUsed = true;
    this.inFlight += 1;
    this.prefillTokens += prefillTokens;
    request.bookedPrefillTokens = prefillTokens;
    if (!shareBlocks) {
      this.#unsharedBlocks += request.promptBlocks;
      return;
    }
    for (let index = 0; index < request.promptBlocks; index++) {
      const key = request.promptKey(index);
      this.#holders.set(key, (this.#holders.get(key) ?? 0) + 1);
    }
  }

  firstToken(request: SimRequest): void {
    this.prefillTokens -= request.bookedPrefillTokens;
    request.bookedPrefillTokens = 0;
  }

  end(request: SimRequest, shareBlocks: boolean): void {
    this.firstToken(request);
    this.inFlight -= 1;
    if (!shareBlocks) {
      this.#unsharedBlocks -= request.promptBlocks;
      return;
    }
    for (let index = 0; index < request.promptBlocks; index++) {
      const key = request.promptKey(index);
      const holders = this.#holders.get(key)!;
      if (holders === 1) this.#holders.delete(key);
      else this.#holders.set(key, holders - 1);
    }
  }

  /** Throws when some load is left although every request has ended. */
  assertEmpty(owner: string): void {
    if (this.inFlight !== 0 || this.prefillTokens !== 0 || this.activeBlocks !== 0) {
      throw new InvariantError(
        `${owner}: router load does not return to zero (${this.inFlight} requests, ${this.prefillTokens} prefill tokens, ${this.activeBlocks} blocks)`,
      );
    }
  }
}
