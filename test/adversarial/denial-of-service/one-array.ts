/**
 * target: router
 * attack: asks for more memory than there is
 * expected: out-of-memory: Array buffer allocation failed
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  if (new Float64Array(4e9).length === 0) throw new Error('no');
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
