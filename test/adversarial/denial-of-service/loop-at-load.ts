/**
 * target: router
 * attack: never gets done with loading
 * expected: policy-error: create: call 1 exceeded 5,000,000 steps
 * without the gate: timed-out: no answer within 3 s
 * deadline: 3 s
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  let i = 0;
  while (i >= 0) i = (i + 1) % 7;
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
