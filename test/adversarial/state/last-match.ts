/**
 * target: router
 * attack: uses the memory of regular expressions
 * expected: rejected: (no-regex)
 * without the gate: policy-error: lastMatch is not available
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const memory: any = (/x/ as any)[['con', 'structor'].join('')];
  /mark/.test('mark');
  if (memory.lastMatch === 'mark') throw new Error('it remembers');
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
