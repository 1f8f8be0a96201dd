/**
 * target: router
 * attack: none: holds requests back and sorts them
 * expected: scored
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        return worker.prefillTokens - worker.overlapBlocks * req.blockSize;
      },
      admit: (_req, worker) => worker.inFlight < 6,
      order: (req) => req.isl - req.heldMs,
    },
  };
}
