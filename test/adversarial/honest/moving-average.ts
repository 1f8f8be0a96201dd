/**
 * target: router
 * attack: none: remembers load in a moving average
 * expected: scored
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const load = new Float64Array(init.workers);
  return {
    router: {
      cost(req, worker) {
        return (load[worker.id] ?? 0) + worker.inFlight;
      },
      onRouted(req, worker) {
        load[worker.id] = 0.9 * (load[worker.id] ?? 0) + req.isl / 1000;
      },
      onCompleted(_req, worker) {
        load[worker.id] = 0.95 * (load[worker.id] ?? 0);
      },
    },
  };
}
