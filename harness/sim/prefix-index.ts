import { type PromptTree, promptTreeOf } from './prompt-tree.ts';
import type { RequestColumns } from './request-columns.ts';

/**
 * What each worker has cached, as a router sees it. What a worker has of a prompt is always the beginning of it, so it
 * is a number of blocks per node of the prompt tree; one walk finds the overlaps of all workers.
 */
export class PrefixIndex {
  readonly #columns: RequestColumns;
  readonly #tree: PromptTree;
  readonly #workers: number;
  /** Leading blocks of each node on each worker: the workers of a node lie side by side. */
  readonly #cached: Int32Array;

  constructor(columns: RequestColumns, workers: number) {
    this.#columns = columns;
    this.#tree = promptTreeOf(columns);
    this.#workers = workers;
    this.#cached = new Int32Array(this.#tree.nodeCount * workers);
  }

  /** A worker has cached the blocks whose keys are `blocks` in number from a place in the key column on. */
  add(worker: number, keyAt: number, blocks: number): void {
    this.#setEnds(worker, keyAt, blocks, blocks);
  }

  /** It has lost them, and whatever was behind them. */
  remove(worker: number, keyAt: number, blocks: number): void {
    this.#setEnds(worker, keyAt, blocks, 0);
  }

  /** Leading prompt blocks of a request on each worker. */
  overlaps(request: number, overlaps: Int32Array): void {
    const { keys, keyStart } = this.#columns;
    const { nodeOf, length } = this.#tree;
    const end = keyStart[request + 1]!;
    let at = keyStart[request]!;
    let depth = 0;
    let isSomewhere = true;
    overlaps.fill(0);
    while (at < end && isSomewhere) {
      const node = nodeOf[keys[at]!]!;
      const below = depth + length[node]!;
      const row = node * this.#workers;
      isSomewhere = false;
      for (let worker = 0; worker < overlaps.length; worker++) {
        if (overlaps[worker] !== depth) continue;
        overlaps[worker] = depth + this.#cached[row + worker]!;
        if (overlaps[worker] === below) isSomewhere = true;
      }
      at += length[node]!;
      depth = below;
    }
  }

  /** In every node that the stretch of keys touches, the worker's blocks end with its part of the stretch, or (`kept` = 0) before it. */
  #setEnds(worker: number, keyAt: number, blocks: number, kept: number): void {
    const { keys } = this.#columns;
    const { nodeOf, firstKey, length } = this.#tree;
    const end = keyAt + blocks;
    let at = keyAt;
    while (at < end) {
      const node = nodeOf[keys[at]!]!;
      const before = keys[at]! - firstKey[node]!;
      const inNode = Math.min(length[node]! - before, end - at);
      this.#cached[node * this.#workers + worker] = before + Math.min(inNode, kept);
      at += inNode;
    }
  }
}
