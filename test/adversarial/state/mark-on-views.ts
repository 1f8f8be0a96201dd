/**
 * target: router
 * attack: leaves a mark on the prototype of views
 * expected: rejected: (object-members)
 * without the gate: policy-error: Cannot add property mark, object is not extensible
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        const shown: any = Object.getPrototypeOf(worker);
        if (shown.mark === 1) throw new Error('state survived');
        shown.mark = 1;
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
