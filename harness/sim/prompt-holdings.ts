import { type PromptTree, promptTreeOf } from './prompt-tree.ts';
import type { RequestColumns } from './request-columns.ts';

/**
 * What each worker has of the prompts of a trace. It is always the beginning of a prompt, so it is a number of blocks per
 * node of the prompt tree, and one walk finds what all workers have of a prompt.
 */
export class PromptHoldings {
  readonly tree: PromptTree;
  readonly workers: number;
  /** Leading blocks of each node on each worker: the workers of a node lie side by side. */
  readonly leading: Int32Array;

  constructor(columns: RequestColumns, workers: number) {
    this.tree = promptTreeOf(columns);
    this.workers = workers;
    this.leading = new Int32Array(this.tree.nodeCount * workers);
  }

  /** Writes how many leading prompt blocks of a request each worker has. */
  overlaps(request: number, overlaps: Int32Array): void {
    const { path, pathStart, length } = this.tree;
    const { leading, workers } = this;
    const end = pathStart[request + 1]!;
    let depth = 0;
    let isSomewhere = true;
    for (let worker = 0; worker < workers; worker++) overlaps[worker] = 0;
    for (let step = pathStart[request]!; step < end && isSomewhere; step++) {
      const node = path[step]!;
      const blocks = length[node]!;
      const row = node * workers;
      isSomewhere = false;
      for (let worker = 0; worker < workers; worker++) {
        if (overlaps[worker] !== depth) continue;
        const here = leading[row + worker]!;
        overlaps[worker] = depth + here;
        if (here === blocks) isSomewhere = true;
      }
      depth += blocks;
    }
  }
}
