/**
 * target: router
 * attack: has a file of the evaluator built into itself
 * expected: rejected: (no-imports)
 */
import secrets from '../../package.json';
import type { Policy } from 'autoresearch/contract';

export const seen = secrets;
export default function create(): Policy {
  return { router: { cost: (req, worker) => (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2 } };
}
