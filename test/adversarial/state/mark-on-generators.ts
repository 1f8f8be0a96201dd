/**
 * target: router
 * attack: leaves a mark where no global leads
 * expected: rejected: (no-generators)
 * without the gate: policy-error: Cannot add property mark, object is not extensible
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  function* numbers() {}
  const hidden: any = Object.getPrototypeOf(Object.getPrototypeOf(numbers()));
  if (hidden.mark === 1) throw new Error('state survived');
  hidden.mark = 1;
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
