/**
 * target: router
 * attack: takes the error of an overflown stack and tries its constructors
 * expected: rejected: (no-try)
 * without the gate: policy-error: code from strings is not available
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const deeper = (): number => 1 + deeper();
  try {
    deeper();
  } catch (error: any) {
    error.constructor.constructor('return process')().exit(0);
  }
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
