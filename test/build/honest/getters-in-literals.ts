import type { Init, Policy } from 'autoresearch/contract';

const createEwma = (alpha: number) => {
  let value = 0;
  return {
    get value() {
      return value;
    },
    add(sample: number) {
      value += alpha * (sample - value);
    },
  };
};

export default function create(init: Init): Policy {
  const ewmas = Array.from({ length: init.workers }, () => createEwma(0.1));
  return {
    router: {
      cost: (_req, worker) => ewmas[worker.id]!.value + worker.prefillTokens,
      onCompleted(req, worker) {
        ewmas[worker.id]!.add(req.heldMs);
      },
    },
  };
}
