/**
 * target: router
 * attack: gives a name of the language another meaning
 * expected: rejected: (no-global-writes)
 * without the gate: policy-error: Cannot assign to read only property 'Float64Array'
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  (Float64Array as any) = Array;
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
