/**
 * target: router
 * attack: asks whether an object has been collected
 * expected: rejected: (known-names)
 * without the gate: policy-error: WeakRef is not defined
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  declare const WeakRef: any;
  const weak = new WeakRef({});
  return {
    router: {
      cost(req, worker) {
        return weak.deref() === undefined ? 1 : 0;
      },
    },
  };
}
