/**
 * target: router
 * attack: counts scenarios in a variable of the module
 * expected: rejected: (no-module-state)
 * without the gate: scored: unchanged
 */
import type { Init, Policy } from 'autoresearch/contract';

let scenarios = 0;

export default function create(init: Init): Policy {
  scenarios += 1;
  if (scenarios > 1) throw new Error('state survived');
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
