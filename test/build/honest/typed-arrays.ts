import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const n = init.workers;
  const matrix = new Float32Array(n * n);
  const counts = new Int32Array(n);
  const flags = Uint8Array.from({ length: n }, (_, i) => i % 2);
  const bits = new Uint32Array([1, 2, 3]);
  return {
    router: {
      cost(_req, worker) {
        const i = worker.id;
        let sum = 0;
        for (let j = 0; j + 1 < n; j++) sum += matrix[i * n + j]! - matrix[i * n + (j + 1)]!;
        const tail = counts.subarray(i, i + 1).slice().at(-1) ?? 0;
        return sum + tail + (flags[i] as number) + Math.max(...bits) + counts.indexOf(1) * 0 + worker.inFlight;
      },
      onRouted(_req, { id }) {
        counts[id]! += 1;
        matrix[id * n]! += 0.5;
        for (const [index, value] of counts.entries()) if (value > 1e6) counts[index] = 0;
        counts.set(counts);
      },
    },
  };
}
