/**
 * target: router
 * attack: does it by a key that is put together at run time
 * expected: rejected: (math-members)
 * without the gate: policy-error: Cannot assign to read only property 'ceil'
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const key = ['ce', 'il'].join('');
  const tools: any = [Math][0];
  tools[key] = () => 0;
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
