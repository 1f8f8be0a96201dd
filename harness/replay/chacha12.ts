/** The words "expand 32-byte k", little-endian: the constant of the ChaCha family. */
const CONSTANT = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;
const BLOCK_WORDS = 16;
const DOUBLE_ROUNDS = 6;

/** ChaCha with 12 rounds, 64-bit block counter and nonce 0: the generator behind DynoSim's synthetic workloads. */
export class ChaCha12 {
  readonly #state = new Uint32Array(BLOCK_WORDS);
  readonly #block = new Uint32Array(BLOCK_WORDS);
  #used = BLOCK_WORDS;

  constructor(seed: bigint) {
    this.#state.set(CONSTANT, 0);
    this.#state.set(keyFromSeed(seed), 4);
  }

  /** Uniform integer in [0, 2^32). */
  word(): number {
    if (this.#used === BLOCK_WORDS) this.#nextBlock();
    const word = this.#block[this.#used] ?? 0;
    this.#used += 1;
    return word;
  }

  /** Uniform in [0, 1), 53 bits. */
  double(): number {
    const low = this.word();
    const high = this.word();
    return (high * 2097152 + (low >>> 11)) / 9007199254740992;
  }

  /** Uniform integer in [0, bound); 0 < bound < 2^32. The bias left is below 2^−32. */
  below(bound: number): number {
    const product = BigInt(this.word()) * BigInt(bound);
    const high = Number(product >> 32n);
    const low = Number(product & 0xffffffffn);
    if (low <= (4294967296 - bound) % 4294967296) return high;
    const carry = Number((BigInt(this.word()) * BigInt(bound)) >> 32n);
    return low + carry >= 4294967296 ? high + 1 : high;
  }

  #nextBlock(): void {
    const mixed = this.#block;
    mixed.set(this.#state);
    for (let round = 0; round < DOUBLE_ROUNDS; round++) doubleRound(mixed);
    for (let i = 0; i < BLOCK_WORDS; i++) mixed[i] = (mixed[i] ?? 0) + (this.#state[i] ?? 0);
    this.#used = 0;
    this.#state[12] = (this.#state[12] ?? 0) + 1;
    if (this.#state[12] === 0) this.#state[13] = (this.#state[13] ?? 0) + 1;
  }
}

/** Columns, then diagonals. */
function doubleRound(words: Uint32Array): void {
  quarterRound(words, 0, 4, 8, 12);
  quarterRound(words, 1, 5, 9, 13);
  quarterRound(words, 2, 6, 10, 14);
  quarterRound(words, 3, 7, 11, 15);
  quarterRound(words, 0, 5, 10, 15);
  quarterRound(words, 1, 6, 11, 12);
  quarterRound(words, 2, 7, 8, 13);
  quarterRound(words, 3, 4, 9, 14);
}

function quarterRound(words: Uint32Array, a: number, b: number, c: number, d: number): void {
  addAndRotate(words, a, b, d, 16);
  addAndRotate(words, c, d, b, 12);
  addAndRotate(words, a, b, d, 8);
  addAndRotate(words, c, d, b, 7);
}

/** sum += addend; turned = (turned xor sum) rotated left. */
function addAndRotate(words: Uint32Array, sum: number, addend: number, turned: number, bits: number): void {
  const total = ((words[sum] ?? 0) + (words[addend] ?? 0)) | 0;
  const mixed = (words[turned] ?? 0) ^ total;
  words[sum] = total;
  words[turned] = (mixed << bits) | (mixed >>> (32 - bits));
}

/** A 256-bit key from 64 bits, by a PCG32 stream. */
function keyFromSeed(seed: bigint): Uint32Array {
  const key = new Uint32Array(8);
  let state = seed;
  for (let word = 0; word < key.length; word++) {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 11634580027462260723n);
    const mixed = Number(BigInt.asUintN(32, ((state >> 18n) ^ state) >> 27n));
    const turn = Number(state >> 59n);
    key[word] = (mixed >>> turn) | (mixed << (32 - turn));
  }
  return key;
}
