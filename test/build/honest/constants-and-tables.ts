import type { Init, Policy } from 'autoresearch/contract';

const LIMITS = [1, 2, 4, 8, 16, 32] as const;
const WEIGHTS = { overlap: 1.25, load: 1, queue: { perRequest: 2, perToken: 1e-3 } };
const FROZEN = Object.freeze({ base: 2, names: Object.freeze(['a', 'b']) });
const LOGS = Array.from({ length: 64 }, (_, i) => Math.log2(i + 1));
const SQUARES = Float64Array.from([0, 1, 4, 9]);
const KINDS = new Set(['short', 'long']);
const SCALES = new Map([['short', 1], ['long', 1.5]]);
const BY_KIND = { add: (a: number, b: number) => a + b, sort: (a: number) => a };

function interpolate(table: readonly number[], x: number): number {
  const i = Math.max(0, Math.min(table.length - 2, Math.floor(x)));
  return table[i]! + (table[i + 1]! - table[i]!) * (x - i);
}

export default function create(init: Init): Policy {
  const sorted = [...LIMITS].sort((a, b) => b - a);
  return {
    router: {
      cost(req, worker) {
        const kind = req.isl > 4096 ? 'long' : 'short';
        const limit = sorted.find((each) => each <= worker.inFlight) ?? LIMITS[0];
        const scale = KINDS.has(kind) ? (SCALES.get(kind) ?? 1) : FROZEN.base;
        return (
          scale * BY_KIND.add(interpolate(LOGS, worker.queued), limit) +
          WEIGHTS.load * worker.activeBlocks -
          WEIGHTS.overlap * worker.overlapBlocks +
          WEIGHTS.queue.perRequest * worker.queued +
          WEIGHTS.queue.perToken * worker.queuedTokens +
          BY_KIND.sort(SQUARES[worker.id & 3]!) / init.workers
        );
      },
    },
  };
}
