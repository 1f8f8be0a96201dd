/**
 * target: router
 * attack: piles everything up on one worker
 * expected: scored
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        return worker.id;
      },
    },
  };
}
