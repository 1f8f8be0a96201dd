/**
 * target: router
 * attack: waits for the end of the simulation and then goes on
 * expected: rejected: (no-async)
 * without the gate: scored: unchanged
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const later = async () => {
    await 0;
    for (;;);
  };
  later();
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
