import { PairInterner } from '../ds/pair-interner.ts';

/** An unsigned 64-bit integer: a number where it is exact, a bigint beyond 2^53. Never both for one value. */
export type HashId = number | bigint;

const INITIAL_DIRECT = 1 << 16;
/** Ids below this are found by their value in a table of at most 16 MiB. */
const DIRECT_LIMIT = 1 << 22;
const TWO_TO_32 = 2 ** 32;

/** Hash ids as small integers: 0, 1, 2, … in order of first appearance. */
export class HashIdNumbering {
  /** Per small id: its number + 1; 0 = not seen. */
  #direct = new Int32Array(INITIAL_DIRECT);
  /** The others, as pairs of 32-bit halves. */
  readonly #halves = new PairInterner();
  readonly #numberOfPair: number[] = [];
  #size = 0;

  /** How many different ids there are. */
  get size(): number {
    return this.#size;
  }

  /** Numbers the first `count` ids into `numbers`, from `at` on. */
  numberAll(ids: Float64Array, count: number, numbers: Int32Array, at: number): void {
    const direct = this.#direct;
    for (let index = 0; index < count; index++) {
      const id = ids[index] as number;
      const known = id < direct.length ? (direct[id] as number) : 0;
      numbers[at + index] = known > 0 ? known - 1 : this.#numberOf(id);
    }
  }

  number(id: HashId): number {
    return typeof id === 'number'
      ? this.#numberOf(id)
      : this.#ofPair(Number(id >> 32n), Number(id & 0xffffffffn));
  }

  #numberOf(id: number): number {
    if (id >= this.#direct.length) {
      if (id >= DIRECT_LIMIT) return this.#ofPair(Math.floor(id / TWO_TO_32), id);
      this.#extend(id);
    }
    const known = this.#direct[id] as number;
    if (known > 0) return known - 1;
    this.#size += 1;
    this.#direct[id] = this.#size;
    return this.#size - 1;
  }

  #ofPair(high: number, low: number): number {
    const pair = this.#halves.intern(high | 0, low | 0);
    let number = this.#numberOfPair[pair];
    if (number === undefined) {
      number = this.#size++;
      this.#numberOfPair.push(number);
    }
    return number;
  }

  #extend(id: number): void {
    let length = this.#direct.length;
    while (length <= id) length *= 2;
    const longer = new Int32Array(length);
    longer.set(this.#direct);
    this.#direct = longer;
  }
}
