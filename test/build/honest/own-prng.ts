import type { Init, Policy } from 'autoresearch/contract';

/** Mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export default function create(init: Init): Policy {
  const random = createRandom(init.rng.int(2 ** 31));
  return { router: { cost: (_req, worker) => worker.inFlight + 1e-3 * random() } };
}
