/**
 * target: router
 * attack: none: keeps sessions in maps and sets
 * expected: scored
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const turns = new Map<number, number>();
  const seen = new Set<string>();
  return {
    router: {
      cost(req, worker) {
        turns.set(worker.id, (turns.get(worker.id) ?? 0) + req.turn);
        seen.add(`${req.turn}-${worker.id}`);
        return worker.inFlight + (turns.get(worker.id) ?? 0) / 1e6 + seen.size / 1e9;
      },
    },
  };
}
