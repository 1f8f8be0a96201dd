import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const grid = Array.from({ length: 4 }, (_, row) => new Array<number>(4).fill(row));
  return {
    router: {
      cost(_req, worker) {
        let total = 0;
        outer: for (const row of grid) {
          for (const cell of row) {
            if (cell === worker.id) continue outer;
            if (cell > 3) break outer;
            total += cell;
          }
        }
        let i = 0;
        do i++;
        while (i < 3);
        while (i-- > 0) total += i;
        for (const key in { a: 1, b: 2 }) total += key.length;
        for (let a = 0, b = 9; a < b; a++, b--);
        switch (worker.id % 3) {
          case 0: {
            total += 1;
            break;
          }
          case 1:
            total += 2;
          // falls through
          default:
            total -= 1;
        }
        return total + worker.inFlight * init.workers;
      },
    },
  };
}
