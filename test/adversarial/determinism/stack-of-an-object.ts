/**
 * target: router
 * attack: has a stack written to an object
 * expected: policy-error: Error.captureStackTrace is not available
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        const holder: any = {};
        const write: any = (Error as any)[['capture', 'StackTrace'].join('')];
        write(holder);
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
