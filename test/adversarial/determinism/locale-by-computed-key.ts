/**
 * target: router
 * attack: sorts by it through a key put together at run time
 * expected: policy-error: toLocaleString is not available
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        const key = ['to', 'Locale', 'String'].join('');
        if (((1234.5) as any)[key]() === '1.234,5') return -1;
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
