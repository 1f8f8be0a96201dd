/**
 * target: router
 * attack: never admits what would be slow
 * expected: invariant-violated: held requests to no worker
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
      admit: (req) => req.isl < 2000,
    },
  };
}
