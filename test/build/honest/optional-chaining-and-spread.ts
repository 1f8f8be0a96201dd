import type { Init, Policy } from 'autoresearch/contract';

interface Options {
  weights?: { overlap?: number; load?: number };
  hooks?: { onPlace?(id: number): void };
}

export default function create(init: Init): Policy {
  const placed: number[] = [];
  const defaults: Options = { weights: { overlap: 1, load: 2 } };
  const options: Options = { ...defaults, hooks: { onPlace: (id) => void placed.push(id) } };
  const { weights: { overlap = 1, ...others } = {} } = options;
  const merged = Object.assign({}, others, { ...init.params });
  return {
    router: {
      cost: (_req, worker) =>
        (merged.load ?? 1) * worker.inFlight - overlap * worker.overlapBlocks + (options?.weights?.['load'] || 0),
      onRouted(_req, worker) {
        options.hooks?.onPlace?.(worker.id);
        placed.length = Math.min(placed.length, 100);
      },
    },
  };
}
