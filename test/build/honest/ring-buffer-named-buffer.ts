import type { Init, Policy } from 'autoresearch/contract';

interface Ring {
  buffer: Float64Array;
  stack: number[];
  caller: string;
  at: number;
}

export default function create(init: Init): Policy {
  const rings: Ring[] = [];
  for (let i = 0; i < init.workers; i++) rings.push({ buffer: new Float64Array(16), stack: [], caller: 'w' + i, at: 0 });
  const push = (ring: Ring, value: number) => {
    ring.buffer[ring.at++ & 15] = value;
    ring.stack.push(value);
    if (ring.stack.length > 4) ring.stack.shift();
  };
  return {
    router: {
      cost(req, worker) {
        const ring = rings[worker.id]!;
        const random = ring.buffer.reduce((sum, value) => sum + value, 0) / 16;
        return random + worker.prefillTokens + req.isl - worker.overlapBlocks * req.blockSize + ring.caller.length * 0;
      },
      onRouted: (req, worker) => push(rings[worker.id]!, req.isl / 1000),
    },
  };
}
