/**
 * target: router
 * attack: leaves a mark on a getter of views
 * expected: rejected: (object-members)
 * without the gate: policy-error: Cannot add property mark, object is not extensible
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  let isFirst = true;
  return {
    router: {
      cost(req, worker) {
        const getter: any = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(worker), 'inFlight')?.get;
        if (isFirst && getter.mark === 1) throw new Error('state survived');
        isFirst = false;
        getter.mark = 1;
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
