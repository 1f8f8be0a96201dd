import { InvariantError } from '../../harness/sim/invariant-error.ts';

/** Key of a block without one: private to the request that holds it. */
const PRIVATE = -1;

/** A physical KV block. Idle cached blocks (key set, no holder) are linked in LRU order. */
export class Block {
  key = PRIVATE;
  /** Requests holding it. */
  refs = 0;
  /** Next copy of the same key, in order of registration. */
  nextCopy: Block | null = null;
  olderIdle: Block | null = null;
  newerIdle: Block | null = null;

  get isPrivate(): boolean {
    return this.key === PRIVATE;
  }
}

/**
 * The KV blocks of one worker. Invariant: used = held + idle ≤ capacity, where held blocks have refs > 0 and idle ones
 * are cached blocks without a holder.
 */
export class BlockPool {
  readonly capacity: number;
  #used = 0;
  #idle = 0;
  /** Sentinel of the idle list: newerIdle is the oldest block, olderIdle the newest. */
  readonly #lru = new Block();
  /** First registered copy of each key. */
  readonly #copies = new Map<number, Block>();

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#lru.newerIdle = this.#lru;
    this.#lru.olderIdle = this.#lru;
  }

  /** Blocks held by requests. */
  get active(): number {
    return this.#used - this.#idle;
  }

  /** Whether some copy of the key exists. The router's index of this worker is exactly this set. */
  has(key: number): boolean {
    return this.#copies.has(key);
  }

  /** The copy a request would share: the one registered first. Does not touch the LRU order. */
  lookup(key: number): Block | undefined {
    return this.#copies.get(key);
  }

  /**
   * Gives a request `hits` plus `fresh` new private blocks, evicting idle blocks oldest first. All or nothing:
   * returns the fresh blocks, or undefined when there is not enough room.
   */
  reserve(hits: readonly Block[], fresh: number): Block[] | undefined {
    let idleHits = 0;
    for (const hit of hits) if (hit.refs === 0) idleHits += 1;
    const evictions = Math.max(0, fresh - (this.capacity - this.#used));
    if (evictions > this.#idle - idleHits) return undefined;
    for (const hit of hits) this.#hold(hit);
    for (let i = 0; i < evictions; i++) this.#evictOldest();
    const blocks: Block[] = [];
    for (let i = 0; i < fresh; i++) {
      const block = new Block();
      block.refs = 1;
      blocks.push(block);
    }
    this.#used += fresh;
    return blocks;
  }

  /** Registers a computed private block under its key, so that others can hit it. */
  cache(block: Block, key: number): void {
    block.key = key;
    let copy = this.#copies.get(key);
    if (copy === undefined) {
      this.#copies.set(key, block);
      return;
    }
    while (copy.nextCopy !== null) copy = copy.nextCopy;
    copy.nextCopy = block;
  }

  /** Lets go of a request's blocks from last to first, so that a suffix is evicted before its prefix. */
  release(blocks: readonly Block[]): void {
    for (let i = blocks.length - 1; i >= 0; i--) {
      const block = blocks[i]!;
      block.refs -= 1;
      if (block.refs > 0) continue;
      if (block.isPrivate) this.#used -= 1;
      else this.#appendIdle(block);
    }
  }

  /** Throws when blocks are still held although no request runs. */
  assertNothingHeld(owner: string): void {
    if (this.active !== 0)
      throw new InvariantError(
        `${owner}: ${this.active} KV blocks are still held after the last request ended`,
      );
    if (this.#used > this.capacity)
      throw new InvariantError(`${owner}: ${this.#used} KV blocks in a pool of ${this.capacity}`);
  }

  #hold(block: Block): void {
    if (block.refs === 0) this.#unlinkIdle(block);
    block.refs += 1;
  }

  #evictOldest(): void {
    const block = this.#lru.newerIdle!;
    this.#unlinkIdle(block);
    this.#used -= 1;
    this.#forgetCopy(block);
  }

  #forgetCopy(block: Block): void {
    const first = this.#copies.get(block.key)!;
    if (first === block) {
      if (block.nextCopy === null) this.#copies.delete(block.key);
      else this.#copies.set(block.key, block.nextCopy);
      return;
    }
    let previous = first;
    while (previous.nextCopy !== block) previous = previous.nextCopy!;
    previous.nextCopy = block.nextCopy;
  }

  #appendIdle(block: Block): void {
    const newest = this.#lru.olderIdle!;
    block.olderIdle = newest;
    block.newerIdle = this.#lru;
    newest.newerIdle = block;
    this.#lru.olderIdle = block;
    this.#idle += 1;
  }

  #unlinkIdle(block: Block): void {
    block.olderIdle!.newerIdle = block.newerIdle;
    block.newerIdle!.olderIdle = block.olderIdle;
    block.olderIdle = null;
    block.newerIdle = null;
    this.#idle -= 1;
  }
}
