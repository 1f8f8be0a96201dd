/** Marks a free slot and an absent value. */
export const NONE = -1;

const INITIAL_SLOTS = 1024;

/** Map from non-negative 32-bit keys to non-negative 32-bit values: open addressing, linear probing, no tombstones. */
export class KeyTable {
  #keys = new Int32Array(INITIAL_SLOTS).fill(NONE);
  #values = new Int32Array(INITIAL_SLOTS);
  #shift = 32 - Math.log2(INITIAL_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The value of a key, or NONE. */
  get(key: number): number {
    const keys = this.#keys;
    const mask = keys.length - 1;
    let slot = Math.imul(key, 0x9e3779b1) >>> this.#shift;
    for (;;) {
      const found = keys[slot]!;
      if (found === key) return this.#values[slot]!;
      if (found === NONE) return NONE;
      slot = (slot + 1) & mask;
    }
  }

  set(key: number, value: number): void {
    if (this.#size * 2 >= this.#keys.length) this.#grow();
    const slot = this.#slotFor(key);
    if (this.#keys[slot] === NONE) {
      this.#keys[slot] = key;
      this.#size += 1;
    }
    this.#values[slot] = value;
  }

  /** Removes a key that is there, moving later entries of its cluster into the gap. */
  delete(key: number): void {
    const keys = this.#keys;
    const mask = keys.length - 1;
    let gap = this.#slotFor(key);
    if (keys[gap] === NONE) return;
    this.#size -= 1;
    let slot = gap;
    for (;;) {
      slot = (slot + 1) & mask;
      const other = keys[slot]!;
      if (other === NONE) break;
      const home = Math.imul(other, 0x9e3779b1) >>> this.#shift;
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
      keys[gap] = other;
      this.#values[gap] = this.#values[slot]!;
      gap = slot;
    }
    keys[gap] = NONE;
  }

  #slotFor(key: number): number {
    const mask = this.#keys.length - 1;
    let slot = Math.imul(key, 0x9e3779b1) >>> this.#shift;
    while (this.#keys[slot] !== key && this.#keys[slot] !== NONE) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Int32Array(keys.length * 2).fill(NONE);
    this.#values = new Int32Array(keys.length * 2);
    this.#shift -= 1;
    this.#size = 0;
    for (let slot = 0; slot < keys.length; slot++)
      if (keys[slot] !== NONE) this.set(keys[slot]!, values[slot]!);
  }
}
