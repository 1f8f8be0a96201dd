import type { Init, Policy, WorkerView } from 'autoresearch/contract';

enum Phase {
  Idle,
  Busy = 4,
  Full,
}
const enum Tier {
  Near = 1,
  Far = 2,
}
type Scored<T> = { readonly item: T; readonly score: number };

function best<T>(items: readonly T[], score: (item: T) => number): Scored<T> | undefined {
  let found: Scored<T> | undefined;
  for (const item of items) {
    const candidate = { item, score: score(item) } satisfies Scored<T>;
    if (found === undefined || candidate.score < found.score) found = candidate;
  }
  return found;
}

const phaseOf = (worker: WorkerView): Phase => {
  if (worker.inFlight === 0) return Phase.Idle;
  return worker.usedBlocks < worker.capacityBlocks ? Phase.Busy : Phase.Full;
};

export default function create(_init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        const near = best([Tier.Near, Tier.Far], (tier) => Math.abs(tier - req.turn));
        const names: string = Phase[phaseOf(worker)]!;
        return phaseOf(worker) * 10 + (near?.item ?? Tier.Far) + names.length * 0 - worker.overlapBlocks;
      },
    },
  };
}
