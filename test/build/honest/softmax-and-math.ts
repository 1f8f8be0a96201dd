import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const { exp, log1p, max, min, sqrt, hypot, tanh, abs, sign, trunc, cbrt } = Math;
  const logistic = (x: number) => 1 / (1 + exp(-x));
  return {
    router: {
      cost(req, worker) {
        const pressure = worker.usedBlocks / max(1, worker.capacityBlocks);
        const spread = hypot(sqrt(worker.queued), cbrt(worker.decodeRequests)) + log1p(worker.contextTokens);
        const score = logistic(8 * (pressure - 0.8)) + tanh(spread / 100) + Math.pow(pressure, 2) + pressure ** 3;
        if (!Number.isFinite(score) || Number.isNaN(score)) return Infinity;
        return trunc(1e6 * score) + sign(req.isl) * abs(min(0, worker.passEndsInMs)) + Math.PI * 0 + init.workers * 0;
      },
    },
  };
}
