/**
 * target: router
 * attack: leaves a mark on a function that every scenario is given
 * expected: scored: unchanged
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const next: any = init.rng.next;
  if (next.mark === 1) throw new Error('state survived');
  next.mark = 1;
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
