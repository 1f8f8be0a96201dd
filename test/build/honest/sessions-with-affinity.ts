import type { Init, Policy } from 'autoresearch/contract';

interface Visit {
  readonly worker: number;
  at: number;
}

export default function create({ workers, blockSize, engine }: Init): Policy {
  const visits: Visit[] = [];
  const heat: Record<number, number> = Object.fromEntries(Array.from({ length: workers }, (_, id) => [id, 0]));
  const decay = (now: number): void => {
    while (visits.length > 0 && now - visits[0]!.at > 60_000) {
      const gone = visits.shift();
      if (gone) heat[gone.worker]! -= 1;
    }
  };
  return {
    router: {
      cost({ isl, lastWorker, turn, now }, { id, overlapBlocks, queuedTokens, ...rest }) {
        decay(now);
        const cached = Math.min(isl, overlapBlocks * blockSize);
        const sticky = turn > 0 && lastWorker === id ? 0.9 : 1;
        return sticky * (engine.prefillMs(isl - cached, cached) + queuedTokens * 0.05) + (heat[id] ?? 0) + Object.keys(rest).length * 0;
      },
      onRouted({ now }, { id }) {
        visits.push({ worker: id, at: now });
        heat[id] = (heat[id] ?? 0) + 1;
      },
    },
  };
}
