/**
 * target: router
 * attack: asks how long the answer will be
 * expected: policy-error: router.cost returned NaN
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        return (req as any).outputTokens * worker.inFlight;
      },
    },
  };
}
