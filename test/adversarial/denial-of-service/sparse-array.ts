/**
 * target: router
 * attack: spends hours in one function of the language
 * expected: timed-out: no answer within 3 s
 * deadline: 3 s
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        const wide: number[] = [];
        wide.length = 4294967295;
        if (wide.indexOf(1) === 0 || wide.lastIndexOf(1, -1) === 0) return -1;
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
