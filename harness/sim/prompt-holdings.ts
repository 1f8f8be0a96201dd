import { type PromptTree, promptTreeOf } from './prompt-tree.ts';
import type { RequestColumns } from './request-columns.ts';

const WORD_BITS = 32;

/**
 * What each worker has of the prompts of a trace. It is always the beginning of a prompt, so it is a number of blocks per
 * node of the prompt tree, and one walk finds what all workers have of a prompt: at each node those go on that have all of it.
 */
export class PromptHoldings {
  readonly tree: PromptTree;
  readonly #workers: number;
  /** Leading blocks of each node on each worker, where it may have a part: the workers of a node lie side by side. */
  readonly #leading: Int32Array | null;
  /** Which workers have all of a node: a bit each, in so many words per node. */
  readonly #hasAll: Int32Array;
  readonly #words: number;

  /** `hasParts`: a worker may have the beginning of a node; otherwise all of it or nothing. */
  constructor(columns: RequestColumns, workers: number, hasParts: boolean) {
    this.tree = promptTreeOf(columns);
    this.#workers = workers;
    this.#words = Math.ceil(workers / WORD_BITS);
    this.#leading = hasParts ? new Int32Array(this.tree.nodeCount * workers) : null;
    this.#hasAll = new Int32Array(this.tree.nodeCount * this.#words);
  }

  /** A worker has so many leading blocks of a node from now on. */
  set(node: number, worker: number, blocks: number): void {
    if (this.#leading !== null) this.#leading[node * this.#workers + worker] = blocks;
    const word = node * this.#words + (worker >> 5);
    const bit = 1 << (worker & 31);
    const others = this.#hasAll[word]! & ~bit;
    this.#hasAll[word] = blocks === this.tree.length[node] ? others | bit : others;
  }

  /** Writes how many leading prompt blocks of a request each worker has. */
  overlaps(request: number, overlaps: Int32Array): void {
    for (let word = 0; word < this.#words; word++) this.#overlapsOfWord(word, request, overlaps);
  }

  #overlapsOfWord(word: number, request: number, overlaps: Int32Array): void {
    const { path, pathStart, length } = this.tree;
    const leading = this.#leading;
    const hasAll = this.#hasAll;
    const firstWorker = word * WORD_BITS;
    const end = pathStart[request + 1]!;
    let goOn = -1 >>> Math.max(0, WORD_BITS - (this.#workers - firstWorker));
    let depth = 0;
    for (let step = pathStart[request]!; step < end && goOn !== 0; step++) {
      const node = path[step]!;
      const all = hasAll[node * this.#words + word]!;
      const row = node * this.#workers + firstWorker;
      for (let stop = goOn & ~all; stop !== 0; stop &= stop - 1) {
        const worker = lowestBit(stop);
        overlaps[firstWorker + worker] = leading === null ? depth : depth + leading[row + worker]!;
      }
      goOn &= all;
      depth += length[node]!;
    }
    for (; goOn !== 0; goOn &= goOn - 1) overlaps[firstWorker + lowestBit(goOn)] = depth;
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
