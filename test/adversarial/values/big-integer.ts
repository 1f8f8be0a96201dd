/**
 * target: router
 * attack: answers with an integer without bounds
 * expected: rejected: (no-bigint)
 * without the gate: policy-error: router.cost returned bigint, not a number
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        return 1n as unknown as number;
      },
    },
  };
}
