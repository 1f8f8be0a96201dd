import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockKeys } from '../../harness/trace/block-keys.ts';
import { tracePrompts } from './small-trace.ts';

/** Keys per prompt. */
function keysOf(
  prompts: readonly { promptTokens: number; hashIds: (number | bigint)[] }[],
  traceBlockSize: number,
  blockSize: number,
): number[][] {
  const { keys, keyStart } = blockKeys(tracePrompts(prompts), traceBlockSize, blockSize);
  return prompts.map((_, row) => [...keys.subarray(keyStart[row], keyStart[row + 1])]);
}

describe('block keys', () => {
  it('cut each trace block into engine blocks and leave out the partial last one', () => {
    const prompts = [
      { promptTokens: 7, hashIds: [5, 6] },
      { promptTokens: 8, hashIds: [5, 9] },
      { promptTokens: 1, hashIds: [5] },
    ];
    expect(keysOf(prompts, 4, 2)).toEqual([[0, 1, 2], [0, 1, 3, 4], []]);
  });

  it('tell equal content behind different prefixes apart', () => {
    const prompts = [
      { promptTokens: 8, hashIds: [1, 3] },
      { promptTokens: 8, hashIds: [2, 3] },
    ];
    expect(keysOf(prompts, 4, 4)).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('compare tokens, not positions, when the sizes do not divide', () => {
    // Tokens: 11111122222233333 | 111111222222444444 | 111111111111111111 | 11111111111, in fours.
    const prompts = [
      { promptTokens: 17, hashIds: [1, 2, 3] },
      { promptTokens: 18, hashIds: [1, 2, 4] },
      { promptTokens: 18, hashIds: [1, 1, 1] },
      { promptTokens: 11, hashIds: [1, 1] },
    ];
    expect(keysOf(prompts, 6, 4)).toEqual([
      [0, 1, 2, 3],
      [0, 1, 2, 4],
      [0, 5, 6, 7],
      [0, 5],
    ]);
  });

  it('may be larger than a trace block', () => {
    const prompts = [
      { promptTokens: 12, hashIds: [1, 1, 2, 2, 2, 2] },
      { promptTokens: 12, hashIds: [1, 1, 2, 2, 2, 3] },
    ];
    expect(keysOf(prompts, 2, 6)).toEqual([
      [0, 1],
      [0, 2],
    ]);
  });

  it('tell hash ids apart that agree in their low 32 bits or beyond 2^53', () => {
    const ids = [5, 4294967301, 9007199254740993n, 9007199254740992n, 5];
    const prompts = ids.map((id) => ({ promptTokens: 4, hashIds: [id] }));
    expect(keysOf(prompts, 4, 4)).toEqual([[0], [1], [2], [3], [0]]);
  });

  it('are equal exactly where the materialised token prefixes are', () => {
    const sizes = fc.record({
      traceBlockSize: fc.integer({ min: 1, max: 12 }),
      blockSize: fc.integer({ min: 1, max: 12 }),
    });
    const prompt = fc
      .array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 6 })
      .chain((hashIds) =>
        fc.record({ hashIds: fc.constant(hashIds), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
      );
    fc.assert(
      fc.property(
        sizes,
        fc.array(prompt, { minLength: 1, maxLength: 12 }),
        ({ traceBlockSize, blockSize }, drawn) => {
          const prompts = drawn.map(({ hashIds, share }) => ({
            hashIds,
            promptTokens: Math.max(1, Math.round(share * hashIds.length * traceBlockSize)),
          }));
          const keyOfPrefix = new Map<string, number>();
          const expected = prompts.map(({ hashIds, promptTokens }) => {
            const tokens = hashIds
              .flatMap((id) => new Array<number>(traceBlockSize).fill(id))
              .slice(0, promptTokens);
            return Array.from({ length: Math.floor(promptTokens / blockSize) }, (_, block) => {
              const prefix = tokens.slice(0, (block + 1) * blockSize).join();
              if (!keyOfPrefix.has(prefix)) keyOfPrefix.set(prefix, keyOfPrefix.size);
              return keyOfPrefix.get(prefix);
            });
          });
          expect(keysOf(prompts, traceBlockSize, blockSize)).toEqual(expected);
          expect(blockKeys(tracePrompts(prompts), traceBlockSize, blockSize).keyCount).toBe(keyOfPrefix.size);
        },
      ),
      { numRuns: 400 },
    );
  });
});
