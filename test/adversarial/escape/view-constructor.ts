/**
 * target: router
 * attack: makes views of workers that are not there
 * expected: policy-error: Minted is not a constructor
 * without the gate: policy-error: is not a constructor
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        const Minted: any = (worker as any)['constructor'.slice(0)];
        if (new Minted(15).inFlight > 0) return -1;
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
