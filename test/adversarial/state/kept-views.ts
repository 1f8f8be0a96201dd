/**
 * target: router
 * attack: keeps the views of its first call and reads them ever after
 * expected: scored
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const kept: any[] = [];
  return {
    router: {
      cost(req, worker) {
        if (kept.length === 0) kept.push(req, worker);
        const [first, other] = kept;
        if (first.isl !== req.isl || other.id < 0) throw new Error('views are not one and the same');
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
