/**
 * target: router
 * attack: reaches the same constructor by a key that is put together at run time
 * expected: policy-error: code from strings is not available
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const key = ['con', 'structor'].join('');
  const host = ((() => 0) as any)[key]('return process')();
  host.exit(0);
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
