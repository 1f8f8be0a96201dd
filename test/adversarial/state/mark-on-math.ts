/**
 * target: router
 * attack: leaves a mark on an object of the language
 * expected: rejected: (math-members)
 * without the gate: policy-error: Cannot add property mark, object is not extensible
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const shared: any = [Math][0];
  if (shared.mark === 1) throw new Error('state survived');
  shared.mark = 1;
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
