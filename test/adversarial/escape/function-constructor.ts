/**
 * target: router
 * attack: makes code from text with the constructor of a function of its own
 * expected: rejected: (no-prototype-access)
 * without the gate: policy-error: code from strings is not available
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const make: any = (() => 0).constructor;
  make('return process')().exit(0);
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
