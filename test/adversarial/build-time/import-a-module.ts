/**
 * target: router
 * attack: imports a module of Node
 * expected: rejected: (no-imports)
 */
import { readFileSync } from 'node:fs';
import type { Policy } from 'autoresearch/contract';

export default function create(): Policy {
  if (readFileSync('/etc/passwd').length > 0) throw new Error('read');
  return { router: { cost: (req, worker) => (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2 } };
}
