import { PairInterner } from '../ds/pair-interner.ts';
import type { TracePrompts } from './parsed-trace.ts';

/**
 * Numbers the prefixes of prompts, trace block by trace block: 0, 1, 2, … in order of first appearance. In most traces
 * a hash id stands for its whole prefix, so that a block is always found behind the same one; only where it is not, a
 * table of pairs is asked.
 */
export class PrefixNumbering {
  /** Per block: the first prefix that ended in it, + 1; 0 = none. */
  readonly #usual: Int32Array;
  /** Per prefix: the prefix before it, −1 for none. */
  readonly #before: Int32Array;
  /** Per pair of a prefix and a block behind it, other than the usual ones: the prefix. */
  readonly #pairs = new PairInterner();
  readonly #prefixOfPair: number[] = [];
  #size = 0;

  constructor({ blocks, blockCount }: TracePrompts) {
    this.#usual = new Int32Array(blockCount);
    this.#before = new Int32Array(blocks.length);
  }

  /** How many different prefixes there are. */
  get size(): number {
    return this.#size;
  }

  /** The prefix that continues `prefix` (−1: the empty one) with `block`. */
  next(prefix: number, block: number): number {
    const usual = (this.#usual[block] as number) - 1;
    if (usual < 0) return this.#addUsual(prefix, block);
    return this.#before[usual] === prefix ? usual : this.#nextUnusual(prefix, block);
  }

  #addUsual(prefix: number, block: number): number {
    const added = this.#add(prefix);
    this.#usual[block] = added + 1;
    return added;
  }

  #nextUnusual(prefix: number, block: number): number {
    const pair = this.#pairs.intern(prefix + 1, block);
    const known = this.#prefixOfPair[pair];
    if (known !== undefined) return known;
    const added = this.#add(prefix);
    this.#prefixOfPair.push(added);
    return added;
  }

  #add(prefix: number): number {
    const added = this.#size;
    this.#before[added] = prefix;
    this.#size += 1;
    return added;
  }
}
