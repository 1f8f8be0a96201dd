import { PromptHoldings } from './prompt-holdings.ts';
import type { RequestColumns } from './request-columns.ts';

/** The prompts of the requests that a router has placed and that have not ended. */
export class ActivePrompts {
  /** Distinct prompt blocks per worker. */
  readonly #blocks: Int32Array;
  readonly #holdings: PromptHoldings;
  /** How many prompts on each worker go through each node: the workers of a node lie side by side. */
  readonly #prompts: Int32Array;

  /** Keeps the number of distinct prompt blocks of each worker in `blocks`. */
  constructor(columns: RequestColumns, blocks: Int32Array) {
    this.#blocks = blocks;
    this.#holdings = new PromptHoldings(columns, blocks.length, false);
    this.#prompts = new Int32Array(this.#holdings.tree.nodeCount * blocks.length);
  }

  /** Leading prompt blocks of a request that prompts on each worker have too. */
  overlaps(request: number, overlaps: Int32Array): void {
    this.#holdings.overlaps(request, overlaps);
  }

  add(worker: number, request: number): void {
    this.#change(worker, request, 1);
  }

  remove(worker: number, request: number): void {
    this.#change(worker, request, -1);
  }

  #change(worker: number, request: number, by: 1 | -1): void {
    const { tree } = this.#holdings;
    const prompts = this.#prompts;
    const workers = this.#blocks.length;
    const end = tree.pathStart[request + 1]!;
    let distinct = 0;
    for (let step = tree.pathStart[request]!; step < end; step++) {
      const node = tree.path[step]!;
      const place = node * workers + worker;
      const before = prompts[place]!;
      prompts[place] = before + by;
      if (before !== 0 && before + by !== 0) continue;
      const length = tree.length[node]!;
      distinct += length;
      this.#holdings.set(node, worker, before === 0 ? length : 0);
    }
    this.#blocks[worker]! += by * distinct;
  }
}
