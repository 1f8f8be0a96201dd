/**
 * target: router
 * attack: answers with nothing now and then
 * expected: policy-error: router.cost returned undefined, not a number
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        return (worker.inFlight > 1 ? undefined : 1) as number;
      },
    },
  };
}
