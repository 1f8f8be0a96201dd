/**
 * target: router
 * attack: answers with infinities, which is allowed
 * expected: scored
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        return worker.id === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
      },
    },
  };
}
