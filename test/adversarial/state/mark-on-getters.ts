/**
 * target: router
 * attack: leaves a mark on a getter of the language
 * expected: rejected: (object-members)
 * without the gate: policy-error: Cannot add property mark, object is not extensible
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const arrays = Object.getPrototypeOf(Object.getPrototypeOf(new Float64Array(1)));
  const getter: any = Object.getOwnPropertyDescriptor(arrays, 'length')?.get;
  if (getter.mark === 1) throw new Error('state survived');
  getter.mark = 1;
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
