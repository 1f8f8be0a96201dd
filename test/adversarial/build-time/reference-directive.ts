/// <reference path="/etc/passwd" />
/**
 * target: router
 * attack: makes the compiler read a file
 * expected: rejected: (no-directives)
 */
import type { Policy } from 'autoresearch/contract';

export default function create(): Policy {
  return { router: { cost: (req, worker) => (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2 } };
}
