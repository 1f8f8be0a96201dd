/**
 * target: router
 * attack: answers with an object that turns into a number
 * expected: policy-error: router.cost returned object, not a number
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        return { valueOf: () => 1 } as unknown as number;
      },
    },
  };
}
