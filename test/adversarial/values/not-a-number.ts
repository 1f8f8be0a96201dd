/**
 * target: router
 * attack: answers with NaN
 * expected: policy-error: router.cost returned NaN
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        return Number.NaN;
      },
    },
  };
}
