/**
 * target: router
 * attack: writes to the answer pipe by way of whatever the process offers
 * expected: rejected: (known-names)
 * without the gate: policy-error: process is not defined
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  declare const process: any;
  process.binding('fs').writeString(3, '{"nonce":"","scenarios":[]}');
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
