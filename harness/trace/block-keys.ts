import { PairInterner } from '../ds/pair-interner.ts';
import type { TracePrompts } from './parsed-trace.ts';
import { PartKeys } from './part-keys.ts';
import { PrefixNumbering } from './prefix-numbering.ts';

/** Keys of the full prompt blocks: row r owns keys[keyStart[r] .. keyStart[r + 1]). */
export interface BlockKeys {
  readonly keyStart: Int32Array;
  /** Equal keys ⇔ equal token prefix up to and including that block; dense, in order of first appearance. */
  readonly keys: Int32Array;
  readonly keyCount: number;
}

/**
 * Cuts prompts into engine blocks of `blockSize` tokens and numbers their prefixes. A trace block stands for
 * `traceBlockSize` equal tokens; the two sizes need not divide each other.
 */
export function blockKeys(prompts: TracePrompts, traceBlockSize: number, blockSize: number): BlockKeys {
  const { count, promptTokens } = prompts;
  const keyStart = new Int32Array(count + 1);
  for (let row = 0; row < count; row++) {
    keyStart[row + 1] = (keyStart[row] as number) + Math.floor((promptTokens[row] as number) / blockSize);
  }
  const keys = new Int32Array(keyStart[count] as number);
  const cut: Cut = { prompts, keyStart, keys, traceBlockSize, blockSize };
  return { keyStart, keys, keyCount: traceBlockSize % blockSize === 0 ? fillDividing(cut) : fillAny(cut) };
}

interface Cut {
  readonly prompts: TracePrompts;
  readonly keyStart: Int32Array;
  /** Filled here. */
  readonly keys: Int32Array;
  readonly traceBlockSize: number;
  readonly blockSize: number;
}

/** All tokens of an engine block are equal, so one number per trace block prefix serves all blocks cut from it. */
function fillDividing({ prompts, keyStart, keys, traceBlockSize, blockSize }: Cut): number {
  const perTraceBlock = traceBlockSize / blockSize;
  const prefixes = new PrefixNumbering(prompts);
  const partKeys = new PartKeys(prompts.blocks.length);
  for (let row = 0; row < prompts.count; row++) {
    const end = keyStart[row + 1] as number;
    let prefix = -1;
    let block = prompts.blockStart[row] as number;
    for (let position = keyStart[row] as number; position < end; position += perTraceBlock) {
      prefix = prefixes.next(prefix, prompts.blocks[block++] as number);
      const parts = Math.min(perTraceBlock, end - position);
      let key = partKeys.take(prefix, parts);
      if (key < 0) partKeys.takeScattered(prefix, parts, keys, position);
      else for (let part = 0; part < parts; part++) keys[position + part] = key++;
    }
  }
  return partKeys.count;
}

/** An engine block is told by its predecessor and its content: the list of (trace block, run length) it covers. */
function fillAny(cut: Cut): number {
  const { prompts, keyStart, keys, blockSize } = cut;
  const contents = new PairInterner();
  const prefixes = new PairInterner();
  for (let row = 0; row < prompts.count; row++) {
    const blocks = prompts.blocks.subarray(prompts.blockStart[row], prompts.blockStart[row + 1]);
    const start = keyStart[row] as number;
    const end = keyStart[row + 1] as number;
    let prefix = -1;
    for (let position = start; position < end; position++) {
      const content = contentOf((position - start) * blockSize, blocks, cut, contents);
      prefix = prefixes.intern(prefix + 1, content);
      keys[position] = prefix;
    }
  }
  return prefixes.size;
}

/** Numbers the runs of equal tokens in one engine block; equal neighbouring trace blocks make one run. */
function contentOf(firstToken: number, blocks: Int32Array, cut: Cut, contents: PairInterner): number {
  const end = firstToken + cut.blockSize;
  let content = -1;
  let traceBlock = Math.floor(firstToken / cut.traceBlockSize);
  for (let at = firstToken; at < end; ) {
    const token = blocks[traceBlock] as number;
    const runStart = at;
    while (at < end && blocks[traceBlock] === token) {
      traceBlock += 1;
      at = Math.min(end, traceBlock * cut.traceBlockSize);
    }
    content = contents.intern(contents.intern(content + 1, token) + 1, at - runStart);
  }
  return content;
}
