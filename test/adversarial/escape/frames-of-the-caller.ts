/**
 * target: router
 * attack: asks a function for its caller, which is the simulator
 * expected: rejected: (object-members)
 * without the gate: policy-error: 'caller', 'callee', and 'arguments' properties may not be accessed
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        const self: any = (() => 0);
        const own: any = Object.getPrototypeOf(self);
        if (own.caller !== undefined) return -1;
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
