/**
 * target: router
 * attack: looks its decision up by the time of the request, as the public trace has it
 * expected: scored
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const table = new Map<number, number>([[0, 1], [100, 2], [200, 0], [300, 2], [400, 1]]);
  return {
    router: {
      cost(req, worker) {
        return table.get(Math.round(req.now)) === worker.id ? -1 : worker.inFlight;
      },
    },
  };
}
