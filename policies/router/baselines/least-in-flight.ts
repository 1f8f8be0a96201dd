import type { Init, Policy } from 'autoresearch/contract';

/** The worker with the fewest unfinished requests. */
export default function create(_init: Init): Policy {
  return {
    router: {
      cost: (_req, worker) => worker.inFlight,
    },
  };
}
