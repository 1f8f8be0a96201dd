import type { Init, Policy } from 'autoresearch/contract';

export default function create(_init: Init): Policy {
  const placed = new Map<string, number>();
  const counts: Record<string, number> = {};
  return {
    router: {
      cost(req, worker) {
        const key = 'w' + worker.id;
        const recent = placed.get(`${key}:${req.turn}`) ?? 0;
        return recent + (counts['w' + worker.id] ?? 0) + (counts[`worker ${worker.id}`] || 0) + worker.inFlight;
      },
      onRouted(req, worker) {
        const key = `w${worker.id}:${req.turn}`;
        placed.set(key, (placed.get(key) ?? 0) + 1);
        counts['w' + worker.id] = (counts['w' + worker.id] ?? 0) + 0.1;
        if (placed.size > 1000) placed.clear();
        if (placed.has('w0:0')) placed.delete('w0:0');
      },
    },
  };
}
