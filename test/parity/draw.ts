import { Rng } from '../../harness/ds/rng.ts';

/** Random choices for test cases; equal seeds give equal cases. */
export class Draw {
  readonly #rng: Rng;

  constructor(seed: number) {
    this.#rng = new Rng(seed);
  }

  chance(probability: number): boolean {
    return this.#rng.next() < probability;
  }

  /** Uniform integer from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.#rng.int(high - low + 1);
  }

  /** Uniform real number. */
  real(low: number, high: number): number {
    return low + this.#rng.next() * (high - low);
  }

  oneOf<T>(...choices: readonly [T, ...T[]]): T {
    return choices[this.#rng.int(choices.length)] as T;
  }

  /** Entries of `object`, each kept with the given probability. */
  some<T>(object: Readonly<Record<string, T>>, probability: number): Record<string, T> {
    return Object.fromEntries(Object.entries(object).filter(() => this.chance(probability)));
  }
}
