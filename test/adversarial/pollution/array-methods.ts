/**
 * target: router
 * attack: empties the queues of the simulator
 * expected: rejected: (object-members)
 * without the gate: policy-error: Cannot assign to read only property 'push'
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const lists: any = Object.getPrototypeOf([]);
  lists.push = () => 0;
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
