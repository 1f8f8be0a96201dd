/**
 * target: router
 * attack: none: draws from a generator of its own
 * expected: scored
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  let seed = 2463534242;
  const draw = () => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) / 4294967296;
  };
  return {
    router: {
      cost(req, worker) {
        return worker.inFlight + draw();
      },
    },
  };
}
