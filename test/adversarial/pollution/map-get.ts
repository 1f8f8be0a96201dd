/**
 * target: router
 * attack: fakes what caches hold
 * expected: rejected: (object-members)
 * without the gate: policy-error: Cannot assign to read only property 'get'
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const maps: any = Object.getPrototypeOf(new Map());
  maps.get = () => 1;
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
