import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { compileWithin } from '../../harness/build/compile-within.ts';

/** Hours of work for esbuild: in TypeScript, nested arrow functions cost the cube of their number. */
const ENDLESS = `export const f = ${'a=>'.repeat(20_000)}a;`;

describe('compiling within a deadline', () => {
  it('gives the result', async () => {
    expect(await compileWithin(20_000, () => Promise.resolve(7))).toBe(7);
  });

  it('passes errors on', async () => {
    await expect(compileWithin(20_000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('ends a compiler that is too slow, while the work beside it and after it is done', async () => {
    const slow = compileWithin(500, () => transform(ENDLESS, { loader: 'ts' }));
    const beside = compileWithin(20_000, async () => {
      await slow.catch(() => undefined);
      return (await transform('let a: number = 1', { loader: 'ts' })).code;
    });
    const interrupted = compileWithin(20_000, () => transform('let b: number = 2', { loader: 'ts' }));
    expect((await slow) === 'timed-out').toBe(true);
    expect(await beside).toBe('let a = 1;\n');
    expect(await interrupted).toMatchObject({ code: 'let b = 2;\n' });
  });
});
