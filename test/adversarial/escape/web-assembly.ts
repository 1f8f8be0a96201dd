/**
 * target: router
 * attack: compiles machine code
 * expected: rejected: (known-names)
 * without the gate: policy-error: WebAssembly is not defined
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  declare const WebAssembly: any;
  new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
