const INITIAL_SLOTS = 1024;

/**
 * Numbers pairs of signed 32-bit integers densely, in order of first appearance: equal pairs ⇔ equal numbers.
 * Open addressing over columns; a chain of pairs (number so far, next item) numbers whole lists.
 */
export class PairInterner {
  #slots = new Int32Array(INITIAL_SLOTS);
  #first = new Int32Array(INITIAL_SLOTS / 2);
  #second = new Int32Array(INITIAL_SLOTS / 2);
  #size = 0;

  /** How many different pairs there are. */
  get size(): number {
    return this.#size;
  }

  intern(first: number, second: number): number {
    const mask = this.#slots.length - 1;
    let slot = slotOf(first, second) & mask;
    for (;;) {
      const number = this.#slots[slot]! - 1;
      if (number < 0) return this.#add(slot, first, second);
      if (this.#first[number] === first && this.#second[number] === second) return number;
      slot = (slot + 1) & mask;
    }
  }

  #add(slot: number, first: number, second: number): number {
    const number = this.#size++;
    this.#first[number] = first;
    this.#second[number] = second;
    this.#slots[slot] = number + 1;
    if (this.#size === this.#first.length) this.#grow();
    return number;
  }

  /** At most half of the slots are taken, so that probing stays short and always ends. */
  #grow(): void {
    const capacity = this.#first.length * 2;
    this.#first = extended(this.#first, capacity);
    this.#second = extended(this.#second, capacity);
    const slots = new Int32Array(capacity * 2);
    const mask = slots.length - 1;
    for (let number = 0; number < this.#size; number++) {
      let slot = slotOf(this.#first[number]!, this.#second[number]!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#slots = slots;
  }
}

function slotOf(first: number, second: number): number {
  let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second + 0x7f4a7c15, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return hash ^ (hash >>> 13);
}

function extended(column: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(length);
  longer.set(column);
  return longer;
}
