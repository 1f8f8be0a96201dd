/**
 * target: router
 * attack: reads the stack, whose lines are places in the simulator
 * expected: scored: unchanged
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        const stack = (new Error('x') as any)[['st', 'ack'].join('')];
        if (stack !== 'Error: x') throw new Error('there is a stack');
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
