/**
 * target: router
 * attack: answers with a promise
 * expected: rejected: (no-async)
 * without the gate: policy-error: router.cost returned object, not a number
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        return (async () => 1)() as unknown as number;
      },
    },
  };
}
