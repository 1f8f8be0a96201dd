/**
 * target: router
 * attack: decides by the clock
 * expected: rejected: (known-names)
 * without the gate: policy-error: Date is not defined
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        return Date.now() % 7;
      },
    },
  };
}
