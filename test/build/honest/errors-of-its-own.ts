import type { Init, Policy } from 'autoresearch/contract';

class BadWeight extends RangeError {
  override name = 'BadWeight';
  constructor(readonly weight: number) {
    super(`weight ${weight} is not positive`);
  }
}

export default function create(init: Init): Policy {
  const weight = init.params['weight'] ?? 1;
  if (!(weight > 0)) throw new BadWeight(weight);
  if (init.workers < 1) throw new Error('no workers');
  return { router: { cost: (_req, worker) => weight * worker.inFlight } };
}
