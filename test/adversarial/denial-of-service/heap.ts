/**
 * target: router
 * attack: keeps objects without end
 * expected: out-of-memory: needed more memory than allowed (256 MiB of heap, 1536 MiB in all)
 * without the gate: out-of-memory: needed more memory than allowed
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const kept: unknown[] = [];
  for (let i = 0; i < 1e9; i++) kept.push({ i, text: `${i}` });
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
