/**
 * target: router
 * attack: makes work look cheaper to the simulator
 * expected: rejected: (no-global-writes)
 * without the gate: policy-error: Cannot assign to read only property 'max'
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const max = Math.max;
  (Math as any).max = (a: number, b: number) => max(a, b) * 0.2;
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
