const NO_NEED = 0x40000000;

/**
 * How many members of a decoding set need a new block in which rounds. Everybody fills a block in as many rounds as it
 * has tokens, so rounds are told apart by their phase: the round modulo the block size.
 */
export class BlockNeeds {
  readonly #blockSize: number;
  /** Counts by phase, and behind them words of bits: bit `phase % 32` of word `phase / 32` is set where the count is not 0. */
  readonly #counts: Int32Array;
  readonly #words: number;

  constructor(blockSize: number) {
    this.#blockSize = blockSize;
    this.#words = (blockSize + 31) >> 5;
    this.#counts = new Int32Array(blockSize + this.#words);
  }

  /** Blocks needed in rounds of this phase. */
  at(phase: number): number {
    return this.#counts[phase]!;
  }

  add(phase: number): void {
    this.#counts[phase]! += 1;
    this.#counts[this.#blockSize + (phase >> 5)]! |= 1 << (phase & 31);
  }

  remove(phase: number): void {
    this.#counts[phase]! -= 1;
    if (this.#counts[phase] === 0) this.#counts[this.#blockSize + (phase >> 5)]! &= ~(1 << (phase & 31));
  }

  /** Rounds from one of this phase to the next one that needs blocks: 1 to the block size, or very many. */
  roundsToNext(phase: number): number {
    const counts = this.#counts;
    const words = this.#words;
    const blockSize = this.#blockSize;
    const after = phase + 1 === blockSize ? 0 : phase + 1;
    let word = after >> 5;
    let bits = counts[blockSize + word]! & (-1 << (after & 31));
    for (let searched = 0; searched <= words; searched++) {
      if (bits !== 0) {
        const next = (word << 5) + 31 - Math.clz32(bits & -bits);
        return next > phase ? next - phase : next - phase + blockSize;
      }
      word = word + 1 === words ? 0 : word + 1;
      bits = counts[blockSize + word]!;
    }
    return NO_NEED;
  }
}
