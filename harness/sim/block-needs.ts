const NO_NEED = 0x40000000;

/**
 * How many members of a decoding set need a new block in which rounds. Everybody fills a block in as many rounds as it
 * has tokens, so rounds are told apart by their phase: the round modulo the block size.
 */
export class BlockNeeds {
  readonly #counts: Int32Array;
  /** Bit `phase % 32` of word `phase / 32` is set where the count is not 0. */
  readonly #isNeeded: Int32Array;

  constructor(blockSize: number) {
    this.#counts = new Int32Array(blockSize);
    this.#isNeeded = new Int32Array((blockSize + 31) >> 5);
  }

  /** Blocks needed in rounds of this phase. */
  at(phase: number): number {
    return this.#counts[phase]!;
  }

  add(phase: number): void {
    this.#counts[phase]! += 1;
    this.#isNeeded[phase >> 5]! |= 1 << (phase & 31);
  }

  remove(phase: number): void {
    this.#counts[phase]! -= 1;
    if (this.#counts[phase] === 0) this.#isNeeded[phase >> 5]! &= ~(1 << (phase & 31));
  }

  /** Rounds from one of this phase to the next one that needs blocks: 1 to the block size, or very many. */
  roundsToNext(phase: number): number {
    const isNeeded = this.#isNeeded;
    const words = isNeeded.length;
    const blockSize = this.#counts.length;
    const after = phase + 1 === blockSize ? 0 : phase + 1;
    let word = after >> 5;
    let bits = isNeeded[word]! & (-1 << (after & 31));
    for (let searched = 0; searched <= words; searched++) {
      if (bits !== 0) {
        const next = (word << 5) + 31 - Math.clz32(bits & -bits);
        return next > phase ? next - phase : next - phase + blockSize;
      }
      word = word + 1 === words ? 0 : word + 1;
      bits = isNeeded[word]!;
    }
    return NO_NEED;
  }
}
