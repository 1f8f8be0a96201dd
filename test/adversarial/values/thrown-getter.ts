/**
 * target: router
 * attack: throws an object whose message is a program
 * expected: policy-error: an error without a message
 * without the gate: policy-error: threw: an error without a message
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        const trap = {
          get message() {
            for (;;);
          },
          toString() {
            for (;;);
          },
        };
        if (req.isl > 0) throw trap;
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
