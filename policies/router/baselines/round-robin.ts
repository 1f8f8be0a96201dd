import type { Init, Policy } from 'autoresearch/contract';

/** Workers in turn, whatever they are doing. */
export default function create(init: Init): Policy {
  let next = 0;
  return {
    router: {
      cost: (_req, worker) => (worker.id === next ? 0 : 1),
      onRouted() {
        next = (next + 1) % init.workers;
      },
    },
  };
}
