/**
 * Keys of the engine blocks that trace blocks are cut into: 0, 1, 2, … in order of first appearance. A trace block that
 * is first seen whole has consecutive keys. One first seen as the end of a prompt has only its leading parts numbered:
 * the others follow, scattered, when a longer prompt shows them.
 */
export class PartKeys {
  /** Per trace block prefix: the key of its first part, and how many parts were numbered with it. */
  readonly #firstKey: Int32Array;
  readonly #parts: Int32Array;
  /** Keys of the parts that were numbered later. */
  readonly #later = new Map<number, number[]>();
  #count = 0;

  /** `prefixes` is an upper bound. */
  constructor(prefixes: number) {
    this.#firstKey = new Int32Array(prefixes);
    this.#parts = new Int32Array(prefixes);
  }

  /** How many keys there are. */
  get count(): number {
    return this.#count;
  }

  /** The key of the first of `parts` leading parts, where theirs are consecutive; else −1. */
  take(prefix: number, parts: number): number {
    const known = this.#parts[prefix] as number;
    if (known >= parts) return this.#firstKey[prefix] as number;
    if (known > 0) return -1;
    const firstKey = this.#count;
    this.#firstKey[prefix] = firstKey;
    this.#parts[prefix] = parts;
    this.#count = firstKey + parts;
    return firstKey;
  }

  /** Writes the keys of `parts` leading parts, of which some are consecutive, from `at` on. */
  takeScattered(prefix: number, parts: number, keys: Int32Array, at: number): void {
    const firstKey = this.#firstKey[prefix] as number;
    const known = this.#parts[prefix] as number;
    const later = this.#later.get(prefix) ?? [];
    if (later.length === 0) this.#later.set(prefix, later);
    while (known + later.length < parts) later.push(this.#count++);
    for (let part = 0; part < parts; part++) {
      keys[at + part] = part < known ? firstKey + part : (later[part - known] as number);
    }
  }
}
