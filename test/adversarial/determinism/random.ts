/**
 * target: router
 * attack: decides by chance
 * expected: rejected: (math-members)
 * without the gate: policy-error: Math.random is not available
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        return Math.random();
      },
    },
  };
}
