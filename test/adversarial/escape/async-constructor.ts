/**
 * target: router
 * attack: reaches the constructor of async functions, which no global names
 * expected: rejected: (no-prototype-access)
 * without the gate: policy-error: code from strings is not available
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const make: any = Object.getPrototypeOf(async () => 0).constructor;
  make('process.exit(0)')();
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
