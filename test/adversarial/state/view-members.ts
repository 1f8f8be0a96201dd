/**
 * target: router
 * attack: writes to a view
 * expected: policy-error: Cannot set property inFlight of [object Object] which has only a getter
 * without the gate: policy-error: Cannot set property inFlight
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        (worker as any).inFlight = 0;
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
