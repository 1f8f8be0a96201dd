import type { Init, Policy } from 'autoresearch/contract';

export default function create(_init: Init): Policy {
  const hot = new Set<number>();
  const cold = new Set([1, 2, 3]);
  const history: Array<[worker: number, at: number]> = [];
  return {
    router: {
      cost(req, worker) {
        let bonus = 0;
        hot.forEach((id) => {
          if (cold.has(id)) bonus += 0.1;
        });
        for (const [id, at] of history) if (id === worker.id) bonus += 1 / (1 + req.now - at);
        const both = [...hot].filter((id) => cold.has(id)).length;
        return worker.inFlight + bonus + both * 0.01;
      },
      onRouted({ now }, { id }) {
        hot.add(id).delete(id - 1);
        history.unshift([id, now]);
        history.splice(20);
      },
    },
  };
}
