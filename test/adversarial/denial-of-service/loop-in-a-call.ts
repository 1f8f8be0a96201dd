/**
 * target: router
 * attack: never returns
 * expected: policy-error: cost: call 1 exceeded 5,000,000 steps
 * without the gate: timed-out: no answer within 3 s
 * deadline: 3 s
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        for (let i = 0; ; i++) if (i < 0) break;
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
