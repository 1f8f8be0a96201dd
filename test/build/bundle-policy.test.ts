import { describe, expect, it } from 'vitest';
import { bundlePolicy } from '../../harness/build/bundle-policy.ts';
import { baselinesOf, targetNamed } from '../../harness/index.ts';

const TYPES = "import type { Init, Policy } from 'autoresearch/contract';\n";
const POLICY =
  'export default function create(init) { return { router: { cost: (req, worker) => worker.inFlight } }; }\n';

function bundle(source: string) {
  return bundlePolicy(source, { name: 'policy.ts' });
}

async function reasonFor(source: string): Promise<string> {
  const built = await bundle(source);
  return built.kind === 'built' ? 'built' : `${built.kind}: ${built.reason}`;
}

async function programOf(source: string) {
  const built = await bundle(source);
  if (built.kind !== 'built') throw new Error(built.reason);
  return { programHash: built.programHash, complexity: built.complexity };
}

describe('a policy source', () => {
  it('becomes a strict CommonJS body without types and imports', async () => {
    const built = await bundle(TYPES + POLICY.replace('(init)', '(_init: Init): Policy'));
    if (built.kind !== 'built') throw new Error(built.reason);
    expect(built.code.startsWith('"use strict";')).toBe(true);
    expect(built.code).not.toMatch(/contract|import|Init/);
  });

  it.each(baselinesOf(targetNamed('router')))('$name builds to a small program', async ({ source }) => {
    expect((await programOf(source)).complexity).toBeLessThan(1000);
  });

  it('builds to the same program again', async () => {
    expect(await bundle(TYPES + POLICY)).toEqual(await bundle(TYPES + POLICY));
  });
});

describe('the program hash', () => {
  it('ignores types, comments, layout and local names', async () => {
    const rewritten = `${TYPES}// A comment.
      export default function make(options: Init): Policy {
        return {
          router: { cost: (r, w) => /* here too */ w.inFlight },
        };
      }`;
    expect(await programOf(rewritten)).toEqual(await programOf(POLICY));
  });

  it('ignores how names are spelt, in every kind of binding', async () => {
    const written = ([a, b, c, d, e, f, g]: readonly string[]) => `
      class ${a} { seen = 0; add(${b}) { this.seen += ${b}; return this; } }
      export default function ${c}({ workers: ${d}, params: { weight: ${e} = 2 }, ...${f} }) {
        const [${g}] = [new ${a}()];
        ${b}: for (;;) break ${b};
        ${g}.add(${d});
        return { router: { cost: (${b}, ${c}) => ${c}.inFlight * ${e} + ${g}.seen + Math.max(${b}.isl, ${f}.blockSize) } };
      }`;
    const short = await programOf(written(['A', 'b', 'c', 'd', 'e', 'f', 'g']));
    const long = await programOf(written(['Zebra', 'yak', 'xerus', 'wombat', 'vole', 'uakari', 'toad']));
    expect(long).toEqual(short);
  });

  it('tells programs apart in which two names changed places', async () => {
    const cost = (first: string, second: string) =>
      `export default function create(init) { return { router: { cost: (req, worker) => { const a = ${first}, b = ${second}; return a() - b(); } } }; }`;
    const one = await programOf(cost('() => req.isl + init.workers', '() => worker.queued * req.isl'));
    const two = await programOf(cost('() => worker.queued * req.isl', '() => req.isl + init.workers'));
    expect(one.programHash).not.toBe(two.programHash);
  });

  it('sees another constant and another property', async () => {
    const { programHash } = await programOf(POLICY);
    expect((await programOf(POLICY.replace('worker.inFlight', 'worker.inFlight + 1'))).programHash).not.toBe(
      programHash,
    );
    expect((await programOf(POLICY.replace('inFlight', 'queued'))).programHash).not.toBe(programHash);
  });

  it('comes with a complexity that grows with the program', async () => {
    const { complexity } = await programOf(POLICY);
    expect((await programOf(POLICY.replace('worker.inFlight', 'worker.inFlight * 2'))).complexity).toBe(
      complexity + 2,
    );
  });
});

const REMEDY =
  "remove it, the one import a policy may have is `import type { … } from 'autoresearch/contract'` (no-imports)";

describe('an import', () => {
  it.each([
    ["import fs from 'node:fs';\n", '1:16', 'import of "node:fs"'],
    ["\nimport { x } from './x.ts';\n", '2:19', 'import of "./x.ts"'],
    ["import 'node:fs';\n", '1:8', 'import of "node:fs"'],
    ["import * as all from '/etc/passwd';\n", '1:22', 'import of "/etc/passwd"'],
    ["import config from './package.json' with { type: 'json' };\n", '1:20', 'import of "./package.json"'],
    [
      "import data from 'data:text/javascript,export default 1';\n",
      '1:18',
      'import of "data:text/javascript,export default 1"',
    ],
    ["export * from 'fs';\n", '1:15', 'import of "fs"'],
    ["import fs = require('fs');\n", '1:21', 'require("fs")'],
    ["const fs = require('fs');\n", '1:20', 'require("fs")'],
    ["const later = () => import('node:fs');\n", '1:28', 'import("node:fs")'],
  ])('%j is refused, used or not', async (statement, place, phrase) => {
    expect(await reasonFor(statement + POLICY)).toBe(
      `rejected: policy.ts:${place}: ${phrase} is not allowed: ${REMEDY}`,
    );
  });

  it.each([
    "import type { Init } from 'autoresearch/contract';",
    "import { type Init, type Policy } from 'autoresearch/contract';",
    "import { Init } from 'autoresearch/contract';",
    "import type * as contract from 'autoresearch/contract';",
    "type Init = import('autoresearch/contract').Init;",
  ])('of types from the contract may be written as %j', async (statement) => {
    expect(await bundle(`${statement}\n${POLICY}`)).toEqual(await bundle(POLICY));
  });

  it('of values from the contract is told to be a type import', async () => {
    const source = `import { Init } from 'autoresearch/contract';\n${POLICY.replace('worker.inFlight', 'Init.workers')}`;
    expect(await reasonFor(source)).toBe(
      'rejected: policy.ts:1:10: import of "autoresearch/contract" is not allowed: ' +
        "it has types only, write `import type { … } from 'autoresearch/contract'` (no-imports)",
    );
  });

  it.each([
    ["import type { Stats } from 'node:fs';\n", '1:28', 'import of "node:fs"'],
    ["import { type Stats } from 'node:fs';\n", '1:28', 'import of "node:fs"'],
    ["export type { Stats } from 'node:fs';\n", '1:28', 'import of "node:fs"'],
    ["type Stats = import('node:fs').Stats;\n", '1:21', 'import("node:fs")'],
    ["let fs: typeof import('node:fs');\n", '1:23', 'import("node:fs")'],
    ["import type fs = require('node:fs');\n", '1:26', 'require("node:fs")'],
    ["declare module 'node:fs' {}\n", '1:16', 'declare module "node:fs"'],
    ["// it's\nimport/* ' */type { Stats }from'/etc/passwd';\n", '2:32', 'import of "/etc/passwd"'],
    [
      `const text = \`it's \${'\`'} \${{ a: \`'\` }}\`; import type { Stats } from './x.js';\n`,
      '1:70',
      'import of "./x.js"',
    ],
  ])('%j is refused although the compiler erases it', async (statement, place, phrase) => {
    expect(await reasonFor(statement + POLICY)).toBe(
      `rejected: policy.ts:${place}: ${phrase} is not allowed: ${REMEDY}`,
    );
  });

  it.each([
    "// import type { Stats } from 'node:fs';\n",
    "/* Adapted from 'SGLang' */\n",
    'const note = "import type { Stats } from \'node:fs\'";\n',
    `const note = \`from 'elsewhere' \${1 + 1} from 'there'\`;\n`,
    "const words = Array.from('abc'); const from = { module: 'x' };\n",
  ])('%j is none', async (statement) => {
    expect((await bundle(statement + POLICY)).kind).toBe('built');
  });

  it('cannot carry a file of the machine into the program or the message', async () => {
    for (const file of ['/etc/passwd', import.meta.filename, '../../package.json']) {
      for (const statement of [
        `import text from ${JSON.stringify(file)};`,
        `/// <reference path=${JSON.stringify(file)} />`,
        `//# sourceMappingURL=${file}`,
        `/** @jsxImportSource ${file} */`,
      ]) {
        const built = await bundle(`${statement}\n${POLICY}`);
        const text = built.kind === 'built' ? built.code : built.reason;
        expect(text).not.toMatch(/root:|vitest|Apache/);
        if (built.kind === 'built') expect(built.code).not.toContain(file);
      }
    }
  });
});

describe('a source that does not build', () => {
  it.each([
    ['export default function (', 'build-failed: policy.ts:1:26: Expected identifier but found end of file'],
    [`let a = ;\n${POLICY}`, 'build-failed: policy.ts:1:9: Unexpected ";"'],
    [`with (x) {}\n${POLICY}`, 'build-failed: policy.ts:1:1: With statements cannot be used in strict mode'],
    [
      `let a = 1;\nlet a = 2;\n${POLICY}`,
      'build-failed: policy.ts:2:5: The symbol "a" has already been declared',
    ],
  ])('%j says where and why in one line', async (source, reason) => {
    expect(await reasonFor(source)).toBe(reason);
  });

  it('counts further errors', async () => {
    expect(await reasonFor(`let a = 1, a = 2, a = 3;\n${POLICY}`)).toMatch(
      /has already been declared \(and 1 more\)$/,
    );
  });

  it('awaits nothing at top level', async () => {
    expect(await reasonFor(`await 1;\n${POLICY}`)).toMatch(/^build-failed: policy\.ts:1:1: Top-level await/);
  });
});

describe('the exports', () => {
  const wanted =
    'export the factory and nothing else: `export default function create(init) { … }` (one-default-export)';
  it.each([
    ['', 'it exports nothing'],
    ['const create = 1;', 'it exports nothing'],
    ['export function create() {}', 'it exports create'],
    [`export const limit = 1;\n${POLICY}`, 'it exports default, limit'],
    [`export function then() {}\n${POLICY}`, 'it exports default, then'],
  ])('of %j are refused', async (source, found) => {
    expect(await reasonFor(source)).toBe(`rejected: policy.ts: ${found}; ${wanted}`);
  });
});

describe('before any parser', () => {
  it('refuses more than 32 KiB', async () => {
    const filled = (bytes: number) => POLICY + ' '.repeat(bytes - POLICY.length);
    expect((await bundle(filled(32 * 1024))).kind).toBe('built');
    expect(await reasonFor(filled(32 * 1024 + 1))).toBe(
      'rejected: policy.ts: 32769 bytes, the limit is 32768: shorten the policy (source-size)',
    );
    expect(await reasonFor('é'.repeat(16_385))).toMatch('32770 bytes');
  });

  it('refuses deep nesting', async () => {
    const nested = (depth: number) => `${POLICY}const deep = ${'['.repeat(depth)}${']'.repeat(depth)};`;
    const untyped = { name: 'policy.ts', except: ['types'] } as const;
    expect((await bundlePolicy(nested(200), untyped)).kind).toBe('built');
    expect(await reasonFor(nested(201))).toBe(
      'rejected: policy.ts:2: brackets nested more than 200 deep: flatten the expression (nesting-depth)',
    );
  });

  it('refuses what would keep the compiler busy', async () => {
    expect(await reasonFor(`${POLICY}const f = ${'a=>'.repeat(9000)}a;`)).toBe(
      'rejected: policy.ts: 9001 times `=>`, the limit is 200: simplify the policy (occurrence-limits)',
    );
    expect(await reasonFor(`${POLICY}const f = (a) => ${'a<'.repeat(12_000)}a;`)).toBe(
      'rejected: policy.ts: 12000 times `<`, the limit is 1000: simplify the policy (occurrence-limits)',
    );
  });

  it('refuses a broken regular expression, which the compiler itself lets pass', async () => {
    const broken = POLICY.replace('worker.inFlight', '/(?<a>x)(?<a>y)/.lastIndex');
    expect(await reasonFor(broken)).toBe(
      'build-failed: policy.ts: Invalid regular expression: /(?<a>x)(?<a>y)/: Duplicate capture group name',
    );
  });

  it('gets through deep chains that need no bracket', async () => {
    const chained = (operator: string, times: number) =>
      POLICY.replace('worker.inFlight', `${operator.repeat(times)}worker.inFlight`);
    for (const [operator, times] of [
      ['- ', 14_000],
      ['req.isl ? 1 : ', 2000],
      ['req.isl + ', 3000],
      ['req.isl ** ', 2500],
    ] as const) {
      expect((await bundle(chained(operator, times))).kind).toMatch(/^(built|rejected)$/);
    }
  });

  it.each([
    ['\u0000', 'U+0000'],
    ['\u001b', 'U+001B'],
    ['\u202e', 'U+202E'],
    ['\u200b', 'U+200B'],
    ['\u2028', 'U+2028'],
    ['\ufeff', 'U+FEFF'],
    ['\ud800', 'U+D800'],
  ])('refuses the hidden character %j', async (character, shown) => {
    expect(await reasonFor(`${POLICY}// ${character}`)).toBe(
      `rejected: policy.ts:2: invisible or control character ${shown}: remove it (no-hidden-characters)`,
    );
  });

  it('lets tabs, line ends and other scripts pass', async () => {
    expect((await bundle(`${POLICY}\t\r\n// größer ≥ 予測 🚀\n`)).kind).toBe('built');
  });
});

describe('a reason', () => {
  it.each([
    [
      'names of exports',
      String.raw`const x = 1; export { x as '\u001b[2Jgone\nscore: -9' };`,
      'exports  [2Jgone score: -9, default;',
    ],
    [
      'types',
      String.raw`import type {} from 'autoresearch/contract'; const x: 'a\u009b2J' = 'b\u202e';`,
      '"b "',
    ],
  ])('is one line without controls, whatever %s are', async (_, top, says) => {
    const reason = await reasonFor(`${top}\n${POLICY}`);
    expect(reason).toContain(says);
    expect(reason).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('is short, whatever names are', async () => {
    const reason = await reasonFor(POLICY.replace('worker.inFlight', 'a'.repeat(30_000)));
    expect(reason).toMatch(/^rejected: policy\.ts:1:82: `a+…$/);
    expect(reason.length).toBeLessThan(1300);
  });
});
