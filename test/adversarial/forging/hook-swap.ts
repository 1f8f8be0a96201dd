/**
 * target: router
 * attack: changes its hooks while it is being asked
 * expected: scored: unchanged
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const router: any = {
    cost(req: any, worker: any) {
      router.cost = () => 'free';
      router.admit = () => 'always';
      return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
    },
  };
  return { router };
}
