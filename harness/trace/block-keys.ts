import { PairInterner } from '../ds/pair-interner.ts';
import { denseKeys } from './dense-keys.ts';
import type { HashId } from './parsed-trace.ts';

/** Keys of the full prompt blocks: row r owns keys[keyStart[r] .. keyStart[r + 1]). */
export interface BlockKeys {
  readonly keyStart: Int32Array;
  /** Equal keys ⇔ equal token prefix up to and including that block; dense, in order of first appearance. */
  readonly keys: Int32Array;
  readonly keyCount: number;
}

interface Prompt {
  readonly promptTokens: number;
  readonly hashIds: readonly HashId[];
}

/**
 * Cuts prompts into engine blocks of `blockSize` tokens and numbers their prefixes. A hash id stands for
 * `traceBlockSize` equal tokens; the two sizes need not divide each other.
 */
export function blockKeys(prompts: readonly Prompt[], traceBlockSize: number, blockSize: number): BlockKeys {
  const keyStart = new Int32Array(prompts.length + 1);
  prompts.forEach((prompt, row) => {
    keyStart[row + 1] = (keyStart[row] as number) + Math.floor(prompt.promptTokens / blockSize);
  });
  const keys = new Int32Array(keyStart[prompts.length] as number);
  const tokenOf = tokenNumbering();
  const fill = traceBlockSize % blockSize === 0 ? fillDividing : fillAny;
  const bound = fill(prompts, { keys, keyStart, traceBlockSize, blockSize, tokenOf });
  return { keyStart, ...denseKeys(keys, bound) };
}

interface Cut {
  readonly keys: Int32Array;
  readonly keyStart: Int32Array;
  readonly traceBlockSize: number;
  readonly blockSize: number;
  readonly tokenOf: (id: HashId) => number;
}

/** All tokens of an engine block are equal, so one number per trace block prefix serves all blocks cut from it. */
function fillDividing(prompts: readonly Prompt[], cut: Cut): number {
  const perTraceBlock = cut.traceBlockSize / cut.blockSize;
  const prefixes = new PairInterner();
  prompts.forEach(({ hashIds }, row) => {
    const end = cut.keyStart[row + 1] as number;
    let position = cut.keyStart[row] as number;
    let prefix = -1;
    for (let i = 0; position < end; i++) {
      prefix = prefixes.intern(prefix + 1, cut.tokenOf(hashIds[i] as HashId));
      const firstKey = prefix * perTraceBlock;
      for (let part = 0; part < perTraceBlock && position < end; part++)
        cut.keys[position++] = firstKey + part;
    }
  });
  return prefixes.size * perTraceBlock;
}

/** An engine block is told by its predecessor and its content: the list of (token, run length) it covers. */
function fillAny(prompts: readonly Prompt[], cut: Cut): number {
  const contents = new PairInterner();
  const prefixes = new PairInterner();
  prompts.forEach(({ hashIds }, row) => {
    const tokens = hashIds.map(cut.tokenOf);
    const start = cut.keyStart[row] as number;
    const end = cut.keyStart[row + 1] as number;
    let prefix = -1;
    for (let position = start; position < end; position++) {
      const content = contentOf((position - start) * cut.blockSize, tokens, cut, contents);
      prefix = prefixes.intern(prefix + 1, content);
      cut.keys[position] = prefix;
    }
  });
  return prefixes.size;
}

/** Numbers the runs of equal tokens in one engine block; equal neighbouring trace blocks make one run. */
function contentOf(firstToken: number, tokens: readonly number[], cut: Cut, contents: PairInterner): number {
  const end = firstToken + cut.blockSize;
  let content = -1;
  let traceBlock = Math.floor(firstToken / cut.traceBlockSize);
  for (let at = firstToken; at < end; ) {
    const token = tokens[traceBlock] as number;
    const runStart = at;
    while (at < end && tokens[traceBlock] === token) {
      traceBlock += 1;
      at = Math.min(end, traceBlock * cut.traceBlockSize);
    }
    content = contents.intern(contents.intern(content + 1, token) + 1, at - runStart);
  }
  return content;
}

/** Hash ids as small integers, in order of first appearance. */
export function tokenNumbering(): (id: HashId) => number {
  const numbers = new Map<HashId, number>();
  return (id) => {
    const known = numbers.get(id);
    if (known !== undefined) return known;
    numbers.set(id, numbers.size);
    return numbers.size - 1;
  };
}
