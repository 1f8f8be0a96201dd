/**
 * target: router
 * attack: has the stack prepared by a function of its own, to get at the functions on it
 * expected: rejected: (no-stack-hooks)
 * without the gate: policy-error: Cannot assign to read only property 'prepareStackTrace'
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  (Error as any).prepareStackTrace = (_error: unknown, frames: any[]) => frames[0].getFunction();
  const reached: any = new Error('x').stack;
  reached('return process');
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
