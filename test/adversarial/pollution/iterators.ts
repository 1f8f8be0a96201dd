/**
 * target: router
 * attack: ends every loop before it begins
 * expected: rejected: (object-members)
 * without the gate: policy-error: Cannot assign to read only property 'next'
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const steps: any = Object.getPrototypeOf([].values());
  steps.next = () => ({ done: true });
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
