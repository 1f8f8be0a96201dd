/**
 * target: router
 * attack: sorts by the language of the machine
 * expected: rejected: (no-locale)
 * without the gate: policy-error: localeCompare is not available
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        if ('a'.localeCompare('b') > 0) return -1;
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
