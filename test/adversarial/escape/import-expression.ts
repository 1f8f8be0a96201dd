/**
 * target: router
 * attack: takes the error of a failed import(), an object of the host, and runs code with it
 * expected: rejected: (no-dynamic-import)
 * without the gate: scored: unchanged
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const name: string = 'node:fs';
  import(name).catch((error: any) => error.constructor.constructor('return process')().exit(0));
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
