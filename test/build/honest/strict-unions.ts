import type { Init, Policy, RequestView, WorkerView } from 'autoresearch/contract';

type Decision = { readonly ok: true; readonly cost: number } | { readonly ok: false; readonly why: string };

function decide(req: RequestView, worker: WorkerView): Decision {
  if (worker.capacityBlocks < req.blocks) return { ok: false, why: 'too small' };
  return { ok: true, cost: req.blocks - worker.overlapBlocks + worker.activeBlocks };
}

export default function create(_init: Init): Policy {
  const complaints = new Map<string, number>();
  return {
    router: {
      cost(req, worker) {
        const decision = decide(req, worker);
        if (!decision.ok) {
          complaints.set(decision.why, (complaints.get(decision.why) ?? 0) + 1);
          return Number.POSITIVE_INFINITY;
        }
        return decision.cost;
      },
    },
  };
}
