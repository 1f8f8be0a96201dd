import type { Init, Policy, RequestView, WorkerView } from 'autoresearch/contract';

abstract class Term {
  static readonly SCALE = 512;
  static of(weight: number): Term {
    return new Backlog(weight);
  }
  protected constructor(protected readonly weight: number) {}
  abstract value(req: RequestView, worker: WorkerView): number;
  toString(): string {
    return `term ${this.weight}`;
  }
  valueOf(): number {
    return this.weight;
  }
}

class Backlog extends Term {
  constructor(weight: number) {
    super(weight / Term.SCALE);
  }
  override value(_req: RequestView, { queuedTokens }: WorkerView): number {
    return this.weight * queuedTokens;
  }
}

export default function create(_init: Init): Policy {
  const term = Term.of(2);
  const then = { then: (x: number) => x };
  return { router: { cost: (req, worker) => term.value(req, worker) + then?.then(worker.inFlight) + String(term).length * 0 } };
}
