/**
 * target: router
 * attack: names a file that a bundler might copy
 * expected: rejected: (no-import-meta)
 */
import type { Policy } from 'autoresearch/contract';

declare const URL: any;

export default function create(): Policy {
  new URL('./secrets.txt', import.meta.url);
  return { router: { cost: (req, worker) => (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2 } };
}
