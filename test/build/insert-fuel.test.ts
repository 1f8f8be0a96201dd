import { describe, expect, it } from 'vitest';
import { bundlePolicy } from '../../harness/build/bundle-policy.ts';
import { insertFuel } from '../../harness/build/insert-fuel.ts';
import { parseModule } from '../../harness/build/syntax-tree.ts';
import { HONEST_POLICIES } from './honest-policies.ts';

/** The result of a function body, and the steps it takes. */
function run(body: string): { result: unknown; steps: number } {
  const program = `const main = () => {${body}};`;
  const root = parseModule(program);
  if (root === undefined) throw new Error('it does not parse');
  const fuel = new Int32Array([1000]);
  const spent = () => {
    throw new Error('spent');
  };
  const code = `"use strict"; ${insertFuel(root, program)} return main();`;
  const result = new Function('__autoresearch_fuel', '__autoresearch_spent', code)(fuel, spent);
  return { result, steps: 999 - (fuel[0] ?? 0) };
}

describe('a program with steps counted', () => {
  it.each<[string, unknown, number]>([
    ['return 7', 7, 0],
    ['let s = 0; for (let i = 0; i < 3; i++) s += i; return s', 3, 3],
    ['let s = 0; for (let i = 0; i < 3; i++) { s += i; } return s', 3, 3],
    ['for (;false;); return 1', 1, 0],
    ['let i = 0; while (i < 4) i++; return i', 4, 4],
    ['let i = 0; do i++; while (i < 4); return i', 4, 4],
    ['let i = 0; do { i++; if (i === 2) continue; } while (i < 4); return i', 4, 4],
    ['let s = ""; for (const k in { a: 1, b: 2 }) s += k; return s', 'ab', 2],
    ['let s = 0; for (const x of [1, 2]) for (const y of [3, 4]) s += x * y; return s', 21, 6],
    ['let n = 0; a: for (;;) { for (;;) { if (++n > 2) break a; continue a; } } return n', 3, 6],
    ['const f = (x) => (x, x * 2); return f(4)', 8, 1],
    ['const f = (x) => ({ x }); return f(4).x', 4, 1],
    ['const f = (x) => (y) => x + y; return f(1)(2)', 3, 2],
    ['const f = function g(n) { return n ? g(n - 1) : g.name }; return f(3)', 'g', 4],
    ['const f = () => {}; return f.name', 'f', 0],
    ['function f() { "use strict"; return this; } return f()', undefined, 1],
    ['return [3, 1, 2].map((x) => x + 1).join()', '4,2,3', 3],
    ['class A { constructor(x) { this.x = x; } get y() { return this.x; } } return new A(5).y', 5, 2],
    [
      'class A { x = 1; } class B extends A { y = this.x + 1; constructor() { super(); } } return new B().y',
      2,
      2,
    ],
    ['class A { f = () => 1; static s = [2].length; } return new A().f.name + A.s', 'f1', 1],
    ['const f = (a = (() => 1)()) => a; return f()', 1, 2],
    ['const o = { m() { return 1; }, get g() { return 2; } }; return o.m() + o.g', 3, 2],
    ['const f = (x) => x ? [1, 2].map((y) => y * x) : []; return f(2).length', 2, 3],
    ['let s = 0; for (const f of [(x) => x + 1, (x) => x]) s += f(1); return s', 3, 4],
    ['if (true) for (const x of [1]) return x; else return 2', 1, 1],
  ])('means what it meant: %s', (body, result, steps) => {
    expect(run(body)).toEqual({ result, steps });
  });

  it('ends at the step that is too much', () => {
    expect(() => run('for (let i = 0; i < 999; i++);')).not.toThrow();
    expect(() => run('for (let i = 0; i < 1000; i++);')).toThrow('spent');
  });

  it.each(HONEST_POLICIES)('is the same program: $name', async ({ source }) => {
    const [counted, plain] = await Promise.all([
      bundlePolicy(source, { name: 'policy.ts' }),
      bundlePolicy(source, { name: 'policy.ts', except: ['fuel'] }),
    ]);
    if (counted.kind !== 'built' || plain.kind !== 'built') throw new Error('it does not build');
    expect(counted.code).not.toBe(plain.code);
    expect([counted.programHash, counted.complexity]).toEqual([plain.programHash, plain.complexity]);
  });
});
