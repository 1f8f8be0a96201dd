import { PromptHoldings } from './prompt-holdings.ts';
import type { RequestColumns } from './request-columns.ts';

/** What each worker has cached, as a router sees it. */
export class PrefixIndex {
  readonly #columns: RequestColumns;
  readonly #holdings: PromptHoldings;

  constructor(columns: RequestColumns, workers: number) {
    this.#columns = columns;
    this.#holdings = new PromptHoldings(columns, workers, true);
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
    this.#holdings.overlaps(request, overlaps);
  }

  /** In every node that the stretch of keys touches, the worker's blocks end with its part of the stretch, or (`kept` = 0) before it. */
  #setEnds(worker: number, keyAt: number, blocks: number, kept: number): void {
    const { keys } = this.#columns;
    const { nodeOf, firstKey, length } = this.#holdings.tree;
    const end = keyAt + blocks;
    let at = keyAt;
    while (at < end) {
      const node = nodeOf[keys[at]!]!;
      const before = keys[at]! - firstKey[node]!;
      const inNode = Math.min(length[node]! - before, end - at);
      this.#holdings.set(node, worker, before + Math.min(inNode, kept));
      at += inNode;
    }
  }
}
