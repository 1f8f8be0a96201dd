/**
 * target: router
 * attack: writes other numbers than those that were meant
 * expected: rejected: (object-members)
 * without the gate: policy-error: Cannot assign to read only property 'fill'
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const arrays: any = Object.getPrototypeOf(Object.getPrototypeOf(new Float64Array(1)));
  arrays.fill = function (this: unknown) {
    return this;
  };
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
