import type { Init, Policy } from 'autoresearch/contract';

export default function create(_init: Init): Policy {
  const memo: Record<number, number> = { 0: 0, 1: 1 };
  function fibonacci(n: number): number {
    const known = memo[n];
    if (known !== undefined) return known;
    const value = fibonacci(n - 1) + fibonacci(n - 2);
    memo[n] = value;
    return value;
  }
  const depth = (n: number, seen = 0): number => (n <= 0 ? seen : depth(n - 1, seen + 1));
  return { router: { cost: (_req, worker) => fibonacci(Math.min(40, worker.inFlight)) + depth(worker.queued % 50) } };
}
