/**
 * target: router
 * attack: sets a trap on every object that has no `phase`
 * expected: rejected: (object-members)
 * without the gate: policy-error: Cannot add property phase, object is not extensible
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const everything: any = Object.getPrototypeOf({});
  everything.phase = 'done';
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
