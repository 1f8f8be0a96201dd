import type { Init, Policy } from 'autoresearch/contract';

const ALPHA = 0.2;

export default function create({ workers, params }: Init): Policy {
  const alpha = params['alpha'] ?? ALPHA;
  const ttft = new Float64Array(workers).fill(100);
  let last = -1;
  return {
    router: {
      cost(req, worker) {
        const expected = ttft[worker.id] ?? 0;
        return expected * (1 + worker.queued) - worker.overlapBlocks * req.blockSize * 0.01;
      },
      onRouted(_req, worker) {
        last = worker.id;
      },
      onFirstToken(req, { id }) {
        ttft[id] = (1 - alpha) * (ttft[id] ?? req.heldMs) + alpha * req.heldMs;
        if (id === last) last = -1;
      },
    },
  };
}
