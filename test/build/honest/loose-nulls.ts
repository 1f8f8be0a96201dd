import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const load = new Map<number, number>();
  for (let i = 0; i < init.workers; i++) load.set(i, 0);
  return {
    router: {
      cost: (_req, worker) => load.get(worker.id) + worker.inFlight,
      onRouted(req, worker) {
        load.set(worker.id, load.get(worker.id) * 0.9 + req.isl);
      },
    },
  };
}
