/**
 * target: router
 * attack: looks for the global object and the process behind it
 * expected: rejected: (known-names)
 * without the gate: policy-error: globalThis is not defined
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const loose = function (this: unknown) { return this; };
  const found: any = loose() ?? globalThis;
  found.process.exit(0);
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
