/**
 * target: router
 * attack: none: has terms as classes with private fields
 * expected: scored
 */
import type { Init, Policy, RequestView, WorkerView } from 'autoresearch/contract';

abstract class Term {
  readonly #weight: number;
  constructor(weight: number) {
    this.#weight = weight;
  }
  get weight(): number {
    return this.#weight;
  }
  abstract of(req: RequestView, worker: WorkerView): number;
}

class Backlog extends Term {
  of(_req: RequestView, worker: WorkerView): number {
    return (this.weight * worker.queuedTokens) / 512;
  }
}

class Miss extends Term {
  of(req: RequestView, worker: WorkerView): number {
    return this.weight * (req.blocks - worker.overlapBlocks);
  }
}

export default function create(init: Init): Policy {
  const terms: readonly Term[] = [new Backlog(2), new Miss(init.params['miss'] ?? 1)];
  return { router: { cost: (req, worker) => terms.reduce((sum, term) => sum + term.of(req, worker), 0) } };
}
