/**
 * target: router
 * attack: gives a getter of all views another meaning
 * expected: rejected: (object-members)
 * without the gate: policy-error: Cannot redefine property: inFlight
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        Object.defineProperty(Object.getPrototypeOf(worker), 'inFlight', { get: () => 0 });
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
