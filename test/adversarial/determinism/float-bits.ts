/**
 * target: router
 * attack: reads the bits of NaN, which change when code is compiled anew
 * expected: policy-error: buffer is not available
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        const nan = Float64Array.of(Number.NaN);
        const bits = new Uint8Array((nan as any)[['buf', 'fer'].join('')]);
        if (bits[7] === 255) return -1;
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
