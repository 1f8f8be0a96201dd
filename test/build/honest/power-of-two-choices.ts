import type { Init, Policy, RequestView } from 'autoresearch/contract';

export default function create({ workers, rng }: Init): Policy {
  let seenAt = -1;
  let chosen: readonly [number, number] = [0, 0];
  const draw = (req: RequestView): readonly [number, number] => {
    if (req.now !== seenAt) {
      seenAt = req.now;
      const a = rng.int(workers);
      chosen = [a, (a + 1 + rng.int(Math.max(1, workers - 1))) % workers];
    }
    return chosen;
  };
  return {
    router: {
      cost(req, worker) {
        const candidates = draw(req);
        return candidates.includes(worker.id) ? worker.inFlight : Infinity;
      },
    },
  };
}
