/**
 * target: router
 * attack: exports a promise-like module, to be run when the answer is awaited
 * expected: scored: unchanged
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const policy: any = { router: { cost: (req: any, worker: any) => (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2 } };
  policy.then = (resolve: (value: unknown) => void) => resolve({ router: { cost: () => 0 } });
  return policy;
}
