/**
 * target: router
 * attack: admits with a number instead of a boolean
 * expected: policy-error: router.admit returned number, not a boolean
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
      admit: () => 1 as unknown as boolean,
    },
  };
}
