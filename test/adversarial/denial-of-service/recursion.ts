/**
 * target: router
 * attack: calls itself without end
 * expected: policy-error: Maximum call stack size exceeded
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const deeper = (n: number): number => n + deeper(n + 1);
  return {
    router: {
      cost(req, worker) {
        return deeper(0);
      },
    },
  };
}
