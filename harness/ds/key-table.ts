/** Marks a free slot and an absent value. */
export const NONE = -1;

const INITIAL_SLOTS = 1024;

/** Map from non-negative 32-bit keys to non-negative 32-bit values: open addressing, linear probing, no tombstones. */
export class KeyTable {
  /** A key and its value side by side, per slot. */
  #cells = emptyCells(INITIAL_SLOTS);
  #mask = INITIAL_SLOTS - 1;
  #shift = 32 - Math.log2(INITIAL_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The value of a key, or NONE. */
  get(key: number): number {
    const cells = this.#cells;
    const mask = this.#mask;
    let slot = Math.imul(key, 0x9e3779b1) >>> this.#shift;
    for (;;) {
      const found = cells[slot * 2]!;
      if (found === key) return cells[slot * 2 + 1]!;
      if (found === NONE) return NONE;
      slot = (slot + 1) & mask;
    }
  }

  set(key: number, value: number): void {
    if (this.#size * 2 > this.#mask) this.#grow();
    const cells = this.#cells;
    const slot = this.#slotFor(key);
    if (cells[slot * 2] === NONE) {
      cells[slot * 2] = key;
      this.#size += 1;
    }
    cells[slot * 2 + 1] = value;
  }

  /** Removes a key that is there, moving later entries of its cluster into the gap. */
  delete(key: number): void {
    const cells = this.#cells;
    const mask = this.#mask;
    let gap = this.#slotFor(key);
    if (cells[gap * 2] === NONE) return;
    this.#size -= 1;
    let slot = gap;
    for (;;) {
      slot = (slot + 1) & mask;
      const other = cells[slot * 2]!;
      if (other === NONE) break;
      const home = Math.imul(other, 0x9e3779b1) >>> this.#shift;
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
      cells[gap * 2] = other;
      cells[gap * 2 + 1] = cells[slot * 2 + 1]!;
      gap = slot;
    }
    cells[gap * 2] = NONE;
  }

  #slotFor(key: number): number {
    const cells = this.#cells;
    const mask = this.#mask;
    let slot = Math.imul(key, 0x9e3779b1) >>> this.#shift;
    while (cells[slot * 2] !== key && cells[slot * 2] !== NONE) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const cells = this.#cells;
    this.#cells = emptyCells(cells.length);
    this.#mask = cells.length - 1;
    this.#shift -= 1;
    this.#size = 0;
    for (let cell = 0; cell < cells.length; cell += 2)
      if (cells[cell] !== NONE) this.set(cells[cell]!, cells[cell + 1]!);
  }
}

function emptyCells(slots: number): Int32Array {
  return new Int32Array(slots * 2).fill(NONE);
}
