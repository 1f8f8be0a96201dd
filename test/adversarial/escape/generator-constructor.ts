/**
 * target: router
 * attack: reaches the constructors of generators, sync and async
 * expected: rejected: (no-generators)
 * without the gate: policy-error: code from strings is not available
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const kinds: any[] = [function* () {}, async function* () {}];
  for (const kind of kinds) Object.getPrototypeOf(kind).constructor('yield process')();
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
