/**
 * target: router
 * attack: replaces the exports of the module, after they have been looked at
 * expected: rejected: (known-names)
 * without the gate: scored: unchanged
 */
import type { Init, Policy } from 'autoresearch/contract';

declare const module: any;

export default function create(init: Init): Policy {
  module.exports = { default: () => ({ router: { cost: () => 0 } }) };
  return { router: { cost: (req, worker) => (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2 } };
}
