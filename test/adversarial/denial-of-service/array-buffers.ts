/**
 * target: router
 * attack: keeps typed arrays without end
 * expected: out-of-memory: Array buffer allocation failed
 * without the gate: out-of-memory
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const kept: Float64Array[] = [];
  for (let i = 0; i < 1e6; i++) kept.push(new Float64Array(8e6));
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
