import type { Init, Policy, RequestView, WorkerView } from 'autoresearch/contract';

export default function create(_init: Init): Policy {
  const isRoomy = (worker: WorkerView) => worker.usedBlocks / worker.capacityBlocks < 0.95 || worker.inFlight === 0;
  return {
    router: {
      admit: (_req: RequestView, worker: WorkerView): boolean => isRoomy(worker),
      order: (req) => req.minPrefillTokens - req.heldMs * 0.5,
      cost: (req, worker) => (req.lastWorker === worker.id ? -1 : 0) + worker.prefillTokens,
    },
  };
}
