/**
 * target: router
 * attack: throws an object that looks like an answer, with the name of an error of the simulator
 * expected: policy-error: it is all right
 * without the gate: policy-error: threw: it is all right
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        const answer = { name: 'InvariantError', message: 'it is all right', kind: 'simulated', columns: {}, passes: 1 };
        if (req.isl > 0) throw answer;
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
