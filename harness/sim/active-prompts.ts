import { type PromptTree, promptTreeOf } from './prompt-tree.ts';
import type { RequestColumns } from './request-columns.ts';

/** The prompts of the requests that a router has placed and that have not ended. */
export class ActivePrompts {
  /** Distinct prompt blocks per worker. */
  readonly blocks: Int32Array;
  readonly #columns: RequestColumns;
  readonly #tree: PromptTree;
  readonly #workers: number;
  /** How many prompts on each worker go through each node: the workers of a node lie side by side. */
  readonly #holders: Int32Array;

  constructor(columns: RequestColumns, workers: number) {
    this.blocks = new Int32Array(workers);
    this.#columns = columns;
    this.#tree = promptTreeOf(columns);
    this.#workers = workers;
    this.#holders = new Int32Array(this.#tree.nodeCount * workers);
  }

  /** Leading prompt blocks of a request that prompts on each worker have too. */
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
        if (overlaps[worker] !== depth || this.#holders[row + worker] === 0) continue;
        overlaps[worker] = below;
        isSomewhere = true;
      }
      at += length[node]!;
      depth = below;
    }
  }

  add(worker: number, request: number): void {
    const { keys, keyStart } = this.#columns;
    const { nodeOf, length } = this.#tree;
    const end = keyStart[request + 1]!;
    for (let at = keyStart[request]!; at < end; ) {
      const node = nodeOf[keys[at]!]!;
      const holder = node * this.#workers + worker;
      if (this.#holders[holder] === 0) this.blocks[worker]! += length[node]!;
      this.#holders[holder]! += 1;
      at += length[node]!;
    }
  }

  remove(worker: number, request: number): void {
    const { keys, keyStart } = this.#columns;
    const { nodeOf, length } = this.#tree;
    const end = keyStart[request + 1]!;
    for (let at = keyStart[request]!; at < end; ) {
      const node = nodeOf[keys[at]!]!;
      const holder = node * this.#workers + worker;
      this.#holders[holder]! -= 1;
      if (this.#holders[holder] === 0) this.blocks[worker]! -= length[node]!;
      at += length[node]!;
    }
  }
}
