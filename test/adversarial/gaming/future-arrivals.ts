/**
 * target: router
 * attack: looks for the requests that come next, under the names a simulator might have for them
 * expected: scored: unchanged
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        const names = ['next', 'future', 'trace', 'columns', 'arrivalMs', 'index', 'row', 'session', 'output', 'osl'];
        for (const name of names) if ((req as any)[name] !== undefined) throw new Error(`there is ${name}`);
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
