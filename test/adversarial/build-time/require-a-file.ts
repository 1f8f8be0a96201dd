/**
 * target: router
 * attack: requires a file, which a bundler might build in
 * expected: rejected: (no-imports)
 * without the gate: policy-error: require is not defined
 */
import type { Policy } from 'autoresearch/contract';

declare const require: any;

export default function create(): Policy {
  require('/etc/passwd');
  return { router: { cost: (req, worker) => (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2 } };
}
