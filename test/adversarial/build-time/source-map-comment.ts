/**
 * target: router
 * attack: names a file as its source map
 * expected: rejected: (no-directives)
 */
import type { Policy } from 'autoresearch/contract';

export default function create(): Policy {
  return { router: { cost: (req, worker) => (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2 } };
}
//# sourceMappingURL=file:///etc/passwd
