/**
 * target: router
 * attack: keeps something under the name of a global
 * expected: rejected: (no-global-writes)
 * without the gate: policy-error: Cannot assign to read only property 'RangeError'
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  if ((RangeError as any).mark === 1) throw new Error('state survived');
  (RangeError as any) = { mark: 1 };
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
