import type { Init, Policy } from 'autoresearch/contract';

const DELAYS = (() => {
  const table: number[] = [];
  for (let i = 0; i < 16; i++) table.push(i * i);
  return table;
})();

const pipe =
  (...steps: Array<(x: number) => number>) =>
  (x: number) =>
    steps.reduce((value, step) => step(value), x);

export default function create(_init: Init): Policy {
  const shape = pipe(
    (x) => x * 2,
    (x) => x + 1,
    Math.sqrt,
  );
  const choose = function (this: void, flag: boolean) {
    return flag ? 1 : 0;
  };
  return { router: { cost: (_req, worker) => shape(DELAYS[worker.inFlight & 15] ?? 0) + choose(worker.queued > 0) } };
}
