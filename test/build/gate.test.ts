import { describe, expect, it } from 'vitest';
import { bundlePolicy, GATE_RULES, type GateRuleId } from '../../harness/build/bundle-policy.ts';
import { HONEST_POLICIES } from './honest-policies.ts';

/** A module that declares `top`, whose factory runs `body` and whose cost is `cost`. */
function policy({ top = '', body = '', cost = 'worker.inFlight' }) {
  return `import type { Init, Policy } from 'autoresearch/contract';
${top}
export default function create(init: Init): Policy {
  ${body}
  return { router: { cost: (req, worker) => ${cost} } };
}
`;
}

type Parts = Parameters<typeof policy>[0];

interface Fixture {
  readonly rule: GateRuleId;
  readonly refused: Parts;
  /** How the refusal begins: where, and about what. */
  readonly says: string;
  /** Close to it, and fine. */
  readonly accepted: Parts;
}

const FIXTURES: readonly Fixture[] = [
  {
    rule: 'no-dynamic-import',
    refused: { body: 'const load = (name: string) => import(name); load;' },
    says: 'policy.ts:4:34: import() is not available',
    accepted: { body: 'const imports = { load: (name: string) => name.length }; imports.load("a");' },
  },
  {
    rule: 'no-import-meta',
    refused: { cost: 'import.meta.url.length' },
    says: 'policy.ts:5:45: import.meta is not available',
    accepted: { body: 'const meta = { url: 1 }; meta.url;' },
  },
  {
    rule: 'no-new-target',
    refused: { body: 'class Term { made = new.target; } new Term();' },
    says: 'policy.ts:4:23: new.target is not available',
    accepted: { body: 'const target = { new: 1 }; target.new;' },
  },
  {
    rule: 'no-async',
    refused: { body: 'const later = async () => 1; later();' },
    says: 'policy.ts:4:17: async functions are not available',
    accepted: { body: 'const later = { async: () => 1 }; later.async();' },
  },
  {
    rule: 'no-generators',
    refused: { body: 'function* ids() { yield 1; } ids();' },
    says: 'policy.ts:4:3: generators are not available',
    accepted: { body: 'const product = (a: number, b: number) => a * b; product(1, 2);' },
  },
  {
    rule: 'no-debugger',
    refused: { body: 'debugger;' },
    says: 'policy.ts:4:3: debugger is not available',
    accepted: { body: 'const debug = { debugger: 1 }; debug.debugger;' },
  },
  {
    rule: 'no-try',
    refused: { body: 'try { init.rng.next(); } catch { init.rng.int(2); }' },
    says: 'policy.ts:4:3: try is not available: check the value beforehand',
    accepted: { body: "if (!(init.workers > 0)) throw new RangeError('no workers');" },
  },
  {
    rule: 'no-regex',
    refused: { cost: '(/a/.test(String(worker.id)) ? 1 : 0)' },
    says: 'policy.ts:5:46: regular expressions are not available',
    accepted: { cost: '(String(worker.id).includes("a") ? 1 : 0) / 2 / 3' },
  },
  {
    rule: 'no-bigint',
    refused: { cost: 'Number(2n)' },
    says: 'policy.ts:5:52: bigint literals are not available',
    accepted: { cost: 'Number("2")' },
  },
  {
    rule: 'no-tagged-templates',
    refused: { body: 'const tag = (parts: any) => parts.length; tag`x`;' },
    says: 'policy.ts:4:45: tagged templates are not available',
    accepted: { body: `const tag = (text: string) => text.length; tag(\`x\${init.workers}\`);` },
  },
  {
    rule: 'no-hook-accessors',
    refused: { body: 'return { get router() { return { cost: () => 1 }; } };' },
    says: 'policy.ts:4:12: `router` may not be an accessor',
    accepted: { body: 'const mean = { sum: 1, get value() { return this.sum / 2; } }; mean.value;' },
  },
  {
    rule: 'no-module-statements',
    refused: { top: "if (Math.max(1, 2) > 5) throw new Error('never');" },
    says: 'policy.ts:2:1: only declarations may stand at the top',
    accepted: {
      top: "'use strict';\nconst table = [1, 2, 3];\nObject.freeze(table);",
      cost: 'table[worker.id] ?? 0',
    },
  },
  {
    rule: 'no-module-state',
    refused: { top: 'let calls = 0;', cost: 'calls++' },
    says: 'policy.ts:5:45: `calls` belongs to the module and may not change: declare it inside the factory',
    accepted: { top: 'let scale = 2;', body: 'let calls = 0;', cost: 'calls++ * scale' },
  },
  {
    rule: 'known-names',
    refused: { cost: 'Date.now()' },
    says: 'policy.ts:5:45: `Date` is not available: use `req.now`, the simulated time in ms',
    accepted: { body: 'const date = { now: () => 1 };', cost: 'date.now()' },
  },
  {
    rule: 'no-shadowed-globals',
    refused: { body: 'const Map = 1; Map;' },
    says: 'policy.ts:4:9: `Map` is a global: give this another name',
    accepted: { body: 'const isFinite = Number.isFinite; const map = new Map(); isFinite(map.size);' },
  },
  {
    rule: 'no-global-writes',
    refused: { body: '(Math as any).max = () => 0;' },
    says: "policy.ts:4:4: `Math` can't be changed",
    accepted: { body: 'const Maths = { max: 1 }; Maths.max = 2;' },
  },
  {
    rule: 'reserved-names',
    refused: { body: 'const __autoresearch_fuel = [1]; __autoresearch_fuel;' },
    says: 'policy.ts:4:9: names that begin with `__autoresearch` are reserved',
    accepted: { body: 'const autoresearch_fuel = [1]; autoresearch_fuel;' },
  },
  {
    rule: 'no-prototype-access',
    refused: { body: "((create as any).constructor as any)('return 1');" },
    says: 'policy.ts:4:5: `constructor` is not available: name the class or function itself',
    accepted: {
      body: 'class Mean { n: number; constructor() { this.n = 0; } } new Mean(); Object.prototype.hasOwnProperty.call({}, "a");',
    },
  },
  {
    rule: 'math-members',
    refused: { cost: 'Math.random()' },
    says: 'policy.ts:5:45: Math.random is not available: use `init.rng.next()`',
    accepted: {
      body: 'const { max, exp } = Math; const own = { random: () => 1 };',
      cost: 'max(own.random(), exp(0))',
    },
  },
  {
    rule: 'object-members',
    refused: { cost: 'Object.getPrototypeOf(worker) === null ? 1 : 0' },
    says: 'policy.ts:5:45: Object.getPrototypeOf is not available: there is Object.keys, ',
    accepted: { body: 'Object.assign({}, init.params); Object.entries(Object.create(null));' },
  },
  {
    rule: 'no-stack-hooks',
    refused: { body: '(Error as any).captureStackTrace({});' },
    says: 'policy.ts:4:4: `captureStackTrace` is not available',
    accepted: { body: 'const state = { stack: [1] }; state.stack.pop();' },
  },
  {
    rule: 'no-locale',
    refused: { cost: "('a' as any).localeCompare('b')" },
    says: 'policy.ts:5:46: `localeCompare` depends on the machine',
    accepted: { cost: "('a' < 'b' ? -1 : 1)" },
  },
  {
    rule: 'no-raw-bits',
    refused: { body: 'const bits: any = new Float64Array(1); bits.buffer;' },
    says: "policy.ts:4:42: a typed array's `buffer` is not available",
    accepted: { body: 'const ring = { buffer: new Float64Array(8), at: 0 }; ring.buffer[0] = 1;' },
  },
  {
    rule: 'no-caller',
    refused: { body: 'function who(): any { return (who as any).caller; } who();' },
    says: 'policy.ts:4:33: `caller` of a function is not available',
    accepted: { body: 'const call = { caller: 1 }; call.caller;' },
  },
  {
    rule: 'no-imports',
    refused: { top: "import type { Stats } from 'node:fs';" },
    says: 'policy.ts:2:28: import of "node:fs" is not allowed: remove it',
    accepted: { top: "import { type RequestView } from 'autoresearch/contract';" },
  },
  {
    rule: 'one-default-export',
    refused: { top: 'export const weight = 1;' },
    says: 'policy.ts: it exports default, weight; export the factory and nothing else',
    accepted: { top: 'const weight = 1;' },
  },
  {
    rule: 'source-size',
    refused: { top: `// ${'x'.repeat(33_000)}` },
    says: 'policy.ts: 33186 bytes, the limit is 32768: shorten the policy',
    accepted: { top: `// ${'x'.repeat(32_000)}` },
  },
  {
    rule: 'no-hidden-characters',
    refused: { top: '// \u202e' },
    says: 'policy.ts:2: invisible or control character U+202E: remove it',
    accepted: { top: '// größer ≥ 予測 🚀' },
  },
  {
    rule: 'no-directives',
    refused: { top: '// @ts-nocheck' },
    says: 'policy.ts:2: the directive `@ts-nocheck` is not allowed: remove it',
    accepted: {
      top: '/// plain words\n/// <summary>what it does</summary>\n////////// <- a line\n/** @param ts the time, ms */',
    },
  },
  {
    rule: 'occurrence-limits',
    refused: { cost: Array.from({ length: 201 }, () => '(() => 1)()').join(' + ') },
    says: 'policy.ts: 202 times `=>`, the limit is 200: simplify the policy',
    accepted: { cost: Array.from({ length: 199 }, () => '(() => 1)()').join(' + ') },
  },
  {
    rule: 'nesting-depth',
    refused: { cost: `${'('.repeat(201)}1${')'.repeat(201)}` },
    says: 'policy.ts:5: brackets nested more than 200 deep: flatten the expression',
    accepted: { cost: `${'('.repeat(150)}1${')'.repeat(150)}` },
  },
];

/** Types are another test's subject: several of these would be refused for theirs too. */
async function verdictOn(parts: Parts, except: readonly GateRuleId[] = []): Promise<string> {
  const built = await bundlePolicy(policy(parts), { name: 'policy.ts', except: [...except, 'types'] });
  return built.kind === 'built' ? 'built' : `${built.kind}: ${built.reason}`;
}

describe('the gate', () => {
  it.each(FIXTURES)(
    '$rule refuses, and says where and what to do instead',
    async ({ rule, refused, says }) => {
      const verdict = await verdictOn(refused);
      expect(verdict.startsWith(`rejected: ${says}`), verdict).toBe(true);
      expect(verdict.endsWith(`(${rule})`), verdict).toBe(true);
      expect(verdict).not.toContain('\n');
    },
  );

  it.each(FIXTURES)('$rule accepts what only looks like it', async ({ accepted }) => {
    expect(await verdictOn(accepted)).toBe('built');
  });

  it.each(FIXTURES)(
    'lets the policy pass that only $rule refuses when that rule is off',
    async ({ rule, refused }) => {
      expect(await verdictOn(refused, [rule])).toBe('built');
    },
  );

  it('has a fixture for every rule', () => {
    expect(FIXTURES.map(({ rule }) => rule).sort()).toEqual(
      GATE_RULES.filter((rule) => rule !== 'fuel' && rule !== 'types').sort(),
    );
  });
});

describe('an honest policy', () => {
  it.each(HONEST_POLICIES)('passes: $name', async ({ source }) => {
    const built = await bundlePolicy(source, { name: 'policy.ts' });
    expect(built.kind === 'built' ? 'built' : built.reason).toBe('built');
  });
});

describe('state of the module', () => {
  it.each<[string, Parts]>([
    [
      'a map that is filled',
      { top: 'const seen = new Map<number, number>();', cost: 'seen.set(worker.id, 1).size' },
    ],
    ['an array that grows', { top: 'const log: number[] = [];', cost: 'log.push(worker.id)' }],
    [
      'a typed array that is written',
      { top: 'const load = new Float64Array(8);', cost: 'load[worker.id]++' },
    ],
    ['a filled array that is sorted', { top: 'const t = Array(8).fill(0);', cost: 't.sort().length' }],
    ['a property of an object', { top: 'const state = { calls: 0 };', cost: '++state.calls' }],
    ['a map in an object', { top: 'const state = { seen: new Set([0]) };', cost: 'state.seen.add(1).size' }],
    [
      'an object that is merged into',
      { top: 'const s = { n: 0 };', cost: 'Object.assign(s, { n: s.n + 1 }).n' },
    ],
    ['a static field', { top: 'class Term { static made: number[] = []; }', cost: 'Term.made.push(1)' }],
    [
      'a static field written from inside',
      { top: 'class Term { static n = 0; next() { return Term.n++; } }', cost: 'new Term().next()' },
    ],
    ['a property of a function', { cost: '((create as any).calls = 1)' }],
    ['a variable that is taken apart into', { top: 'let a = 0, b = 0;', cost: '([a, b] = [b + 1, a], a)' }],
    ['a loop variable', { top: 'let i = 0;', body: 'for (i of [1, 2]) isNaN(i);' }],
    ['a deleted key', { top: 'const s: { a?: number } = { a: 1 };', cost: '(delete s.a ? 1 : 0)' }],
  ])('is refused: %s', async (_title, parts) => {
    expect(await verdictOn(parts)).toMatch(
      /^rejected: .* belongs to the module and may not change.*\(no-module-state\)$/,
    );
    expect(await verdictOn(parts, ['no-module-state'])).toBe('built');
  });
});

describe('a forbidden key', () => {
  it.each([
    "(create as any)['constructor']",
    "(create as any)['con' + 'structor']",
    `(create as any)[\`con\${'structor'}\`]`,
    '(create as any)[KEY]',
    '(create as any)[KEY + rest]',
    "(create as any)['constr' + rest]",
    `(create as any)[\`\${rest}structor\`]`,
    '(create as any)?.constructor',
    '(({ constructor: c }: any) => c)(create)',
    "(({ ['proto' + 'type']: p }: any) => p)(create)",
    '(create as any).__proto__',
    '({ __proto__: create })',
    "({ '__proto__': create })",
    '(create as any).__defineGetter__',
  ])('is refused however it is written: %s', async (expression) => {
    const parts = {
      body: `const KEY = 'constructor'; const rest = init.workers + 'x'; rest; KEY; isNaN(${expression});`,
    };
    expect(await verdictOn(parts)).toMatch(/^rejected: policy\.ts:4:\d+: .*\(no-prototype-access\)$/);
  });
});

describe('a refusal', () => {
  it('names the first problems in the order of the text, each kind once', async () => {
    const body = ['Date.now(); Date.now();', 'try { init.rng.next(); } finally { init.rng.next(); }'];
    const verdict = await verdictOn({ body: [...body, 'debugger;', '(() => setTimeout)();'].join('\n') });
    expect(verdict).toMatch(
      /^rejected: policy\.ts:4:3: `Date` [^;]*; policy\.ts:5:1: try [^;]*; policy\.ts:6:1: debugger [^;]* \(and 1 more\)$/,
    );
  });

  it('points into the text as written, not as compiled', async () => {
    const top = ['type Weights = {', '  readonly a: number;', '};', '/* a comment */'].join('\n');
    const verdict = await verdictOn({
      top,
      body: 'const w: Weights = { a: 1 };\n\n\n    isNaN(w.a); setTimeout;',
    });
    expect(verdict).toMatch(/^rejected: policy\.ts:10:17: `setTimeout` is neither declared nor a global/);
  });
});
