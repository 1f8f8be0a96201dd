/** Seeded random numbers: equal seeds give equal sequences on every platform. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, n). */
  int(n: number): number;
  chance(probability: number): boolean;
  /** Any element; undefined for an empty list. */
  pick<T>(items: readonly T[]): T | undefined;
  /** An element with probability proportional to its weight; undefined if all weights are 0. */
  pickWeighted<T>(items: readonly T[], weightOf: (item: T) => number): T | undefined;
  /** About standard normal: the sum of twelve uniforms, less 6. */
  normal(): number;
}

/** The mulberry32 generator over a 32-bit state mixed from all bits of the seed. */
export function createRandom(seed: number): Random {
  let state = mix(Math.trunc(seed / 4294967296)) ^ mix(seed >>> 0);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (n: number): number => Math.floor(next() * n);
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (items) => items[int(items.length)],
    pickWeighted: (items, weightOf) => pickWeighted(next(), items, weightOf),
    normal: () => {
      let sum = -6;
      for (let i = 0; i < 12; i++) sum += next();
      return sum;
    },
  };
}

function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

function pickWeighted<T>(uniform: number, items: readonly T[], weightOf: (item: T) => number): T | undefined {
  const total = items.reduce((sum, item) => sum + weightOf(item), 0);
  if (!(total > 0)) return undefined;
  let left = uniform * total;
  let chosen: T | undefined;
  for (const item of items) {
    const weight = weightOf(item);
    if (weight <= 0) continue;
    chosen = item;
    left -= weight;
    if (left < 0) break;
  }
  return chosen;
}
