import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Import, type SourceScan, scanSource } from './source-scan.ts';

interface Layer {
  /** Layers it may import, besides itself. */
  readonly uses: readonly string[];
  /** Layers it may know the types of. */
  readonly knows?: readonly string[];
}

/** Who may import whom. A file belongs to the longest path here that it lies in. */
const LAYERS: Readonly<Record<string, Layer>> = {
  policies: { uses: [] },
  traces: { uses: [] },
  scripts: {
    uses: [
      'harness/engines',
      'harness/sim',
      'harness/ds',
      'harness/isolate/realm-globals.ts',
      'harness/user-error.ts',
    ],
  },

  'harness/user-error.ts': { uses: [] },
  'harness/contract': { uses: [] },
  'harness/ds': { uses: [], knows: ['harness/sim'] },
  'harness/sim': { uses: ['harness/ds', 'harness/contract'] },
  'harness/engines': {
    uses: ['harness/sim', 'harness/installed-package.ts', 'harness/user-error.ts'],
  },
  'harness/trace': {
    uses: ['harness/sim', 'harness/ds', 'harness/user-error.ts', 'traces'],
    knows: ['harness/score'],
  },
  'harness/build': {
    uses: ['harness/isolate/realm-globals.ts', 'harness/installed-package.ts', 'harness/user-error.ts'],
  },
  'harness/installed-package.ts': { uses: ['harness/user-error.ts'] },
  'harness/build-hash.ts': { uses: ['harness/installed-package.ts'] },
  'harness/score': {
    uses: ['harness/trace', 'harness/engines', 'harness/sim', 'harness/ds', 'harness/user-error.ts'],
  },
  'harness/isolate': {
    uses: [
      'harness/score',
      'harness/build',
      'harness/trace',
      'harness/engines',
      'harness/sim',
      'harness/ds',
      'harness/contract',
      'harness/build-hash.ts',
      'harness/installed-package.ts',
      'harness/user-error.ts',
    ],
  },
  'harness/isolate/realm-globals.ts': { uses: [] },
  'harness/replay': {
    uses: ['harness/engines', 'harness/trace', 'harness/sim', 'harness/ds', 'harness/user-error.ts'],
  },
  'harness/targets.ts': { uses: ['harness/installed-package.ts', 'harness/user-error.ts'] },
  'harness/fingerprint.ts': { uses: ['harness/build', 'harness/build-hash.ts', 'harness/score'] },
  'harness/index.ts': { uses: ['harness'] },

  'src/text': { uses: [] },
  'src/interrupt.ts': { uses: [] },
  'src/progress.ts': { uses: ['src/text'] },
  'src/exit-report.ts': { uses: ['src/interrupt.ts', 'harness/index.ts'] },
  'src/config': { uses: ['src/text', 'harness/index.ts'] },
  'src/store': { uses: ['src/text', 'harness/index.ts'] },
  'src/workspace': { uses: ['src/text', 'harness/index.ts'] },
  'src/proposers': { uses: ['src/config', 'src/text', 'harness/index.ts'] },
  'src/report': {
    uses: ['src/store', 'src/progress.ts', 'src/text', 'harness/index.ts'],
    knows: ['src/research'],
  },
  'src/research': {
    uses: ['src/proposers', 'src/workspace', 'src/store', 'src/config', 'src/text', 'harness/index.ts'],
  },
  'src/commands': {
    uses: [
      'src/research',
      'src/report',
      'src/proposers',
      'src/workspace',
      'src/store',
      'src/config',
      'src/progress.ts',
      'src/interrupt.ts',
      'src/text',
      'harness/index.ts',
    ],
  },
  'src/cli.ts': { uses: ['src/commands', 'src/exit-report.ts', 'src/interrupt.ts'] },
};

/** Each npm dependency has one home (zod: the edges, where foreign data comes in). */
const DEPENDENCY_HOMES: Readonly<Record<string, readonly string[]>> = {
  openai: ['src/proposers/model'],
  'simple-git': ['src/workspace'],
  esbuild: ['harness/build', 'scripts'],
  zod: [
    'src/store',
    'src/config',
    'src/commands',
    'src/proposers',
    'harness/replay',
    'harness/trace',
    'harness/isolate',
    'harness/engines',
    'scripts',
  ],
  commander: ['src/cli.ts', 'src/commands'],
  diff: ['src/workspace', 'src/report'],
  execa: ['src'],
  acorn: ['src/proposers', 'harness/build'],
  '@sveltejs/acorn-typescript': ['src/proposers', 'harness/build'],
};

/** Places that run where there is no Node: in the policy's realm, or nowhere at all. */
const WITHOUT_NODE = ['harness/sim', 'harness/ds', 'harness/contract', 'policies'];

interface Ban {
  readonly names: readonly string[];
  readonly within: readonly string[];
  readonly except?: readonly string[];
  readonly because: string;
}

const BANS: readonly Ban[] = [
  {
    names: ['Date', 'performance', 'Math.random', 'crypto', 'process'],
    within: ['harness/sim', 'harness/ds'],
    because: 'equal inputs give equal simulations',
  },
  {
    names: ['**', 'Math.pow'],
    within: ['harness/sim', 'harness/ds'],
    because: 'powers may differ in the last bit between machines',
  },
  {
    names: ['async', 'Promise', 'setTimeout', 'setImmediate', 'queueMicrotask'],
    within: ['harness/sim', 'harness/ds'],
    because: 'a simulation is one synchronous turn',
  },
  {
    names: ['process.exit', 'process.exitCode', 'process.argv', 'process.abort'],
    within: ['src', 'harness'],
    except: ['src/cli.ts', 'harness/isolate/child.ts'],
    because: 'only entry points read the command line and end the process',
  },
];

const SELF_IMPORT = 'autoresearch/contract';

function lies(file: string, path: string): boolean {
  return file === path || file.startsWith(`${path}/`);
}

function layerOf(file: string): string | undefined {
  return Object.keys(LAYERS)
    .filter((path) => lies(file, path))
    .reduce<string | undefined>(
      (best, path) => (best === undefined || path.length > best.length ? path : best),
      undefined,
    );
}

function resolveImport(file: string, specifier: string): string {
  return posix.join(posix.dirname(file), specifier);
}

/** Every rule a file breaks, one line each. */
function violations(file: string, { imports, uses }: SourceScan): string[] {
  const broken = (line: number, problem: string) => `${file}:${line} ${problem}`;
  return [
    ...imports.flatMap((entry) => {
      const problem = importProblem(file, entry);
      return problem === undefined ? [] : [broken(entry.line, problem)];
    }),
    ...BANS.filter((ban) => isBannedIn(file, ban)).flatMap(({ names, because }) =>
      uses
        .filter(({ name }) => names.includes(name))
        .map(({ name, line }) => broken(line, `uses ${name}: ${because}`)),
    ),
  ];
}

function isBannedIn(file: string, { within, except = [] }: Ban): boolean {
  return within.some((path) => lies(file, path)) && !except.some((path) => lies(file, path));
}

function importProblem(file: string, entry: Import): string | undefined {
  const { name } = entry;
  if (name.startsWith('.')) return directionProblem(file, entry);
  if (name.startsWith('node:'))
    return WITHOUT_NODE.some((path) => lies(file, path))
      ? `imports ${name} where there is no Node`
      : undefined;
  if (name === SELF_IMPORT)
    return lies(file, 'policies') && entry.isTypeOnly
      ? undefined
      : `imports ${name}, which is for the types of policies`;
  const dependency = name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
  const homes = DEPENDENCY_HOMES[dependency] ?? [];
  return homes.some((home) => lies(file, home))
    ? undefined
    : `imports ${dependency}, whose home is ${homes.join(', ') || 'nowhere'}`;
}

function directionProblem(file: string, { name, isTypeOnly }: Import): string | undefined {
  const from = layerOf(file);
  const target = resolveImport(file, name);
  if (from === undefined) return 'is in no layer: add it to the table';
  const { uses, knows = [] } = LAYERS[from] ?? { uses: [] };
  const allowed = [from, ...uses, ...(isTypeOnly ? knows : [])];
  return allowed.some((path) => lies(target, path)) && isOwn(from, target, allowed)
    ? undefined
    : `imports ${target}, which ${from} may not`;
}

/** A file that has its own line in the table is not part of the folder around it, unless that line says so. */
function isOwn(from: string, target: string, allowed: readonly string[]): boolean {
  const layer = layerOf(target);
  return layer === undefined || layer === from || allowed.some((path) => lies(layer, path));
}

const SOURCES = ['harness', 'policies', 'scripts', 'src'].flatMap((top) =>
  readdirSync(top, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => posix.join(top, path.replaceAll('\\', '/'))),
);

const SCANS = new Map(SOURCES.map((file) => [file, scanSource(readFileSync(file, 'utf8'))]));

/** A module and all it imports at run time, directly or not. */
function withImports(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const { name, isTypeOnly } of SCANS.get(file)?.imports ?? []) {
    if (!isTypeOnly) withImports(name.startsWith('.') ? resolveImport(file, name) : name, found);
  }
  return found;
}

describe('the sources', () => {
  it('keep to the dependency direction, the homes of dependencies and the bans', () => {
    expect([...SCANS].flatMap(([file, scan]) => violations(file, scan))).toEqual([]);
  });

  it('all belong to a layer', () => {
    expect(SOURCES.length).toBeGreaterThan(50);
    expect(SOURCES.filter((file) => layerOf(file) === undefined)).toEqual([]);
  });

  it('bring nothing but the simulator into the realm of the policy', () => {
    const inRealm = ['harness/sim', 'harness/ds', 'harness/contract', 'harness/isolate'];
    const modules = [...withImports('harness/isolate/realm.ts')];
    expect(modules).toContain('harness/sim/kv-router.ts');
    expect(modules.filter((module) => !inRealm.some((path) => lies(module, path)))).toEqual([]);
  });
});

describe('the rules', () => {
  it.each<[string, string, string]>([
    [
      'harness/sim/a.ts',
      "import { readFileSync } from 'node:fs';",
      'harness/sim/a.ts:1 imports node:fs where there is no Node',
    ],
    [
      'harness/sim/a.ts',
      "import type { Scenario } from '../score/scenario.ts';",
      'harness/sim/a.ts:1 imports harness/score/scenario.ts, which harness/sim may not',
    ],
    [
      'harness/ds/a.ts',
      "import { x } from '../sim/x.ts';",
      'harness/ds/a.ts:1 imports harness/sim/x.ts, which harness/ds may not',
    ],
    [
      'harness/score/a.ts',
      "\nexport { x } from '../../src/store/x.ts';",
      'harness/score/a.ts:2 imports src/store/x.ts, which harness/score may not',
    ],
    [
      'src/store/a.ts',
      "import { x } from '../../harness/score/x.ts';",
      'src/store/a.ts:1 imports harness/score/x.ts, which src/store may not',
    ],
    [
      'src/store/a.ts',
      "const x = await import('../workspace/git.ts');",
      'src/store/a.ts:1 imports src/workspace/git.ts, which src/store may not',
    ],
    [
      'src/store/a.ts',
      "type T = import('../research/x.ts').T;",
      'src/store/a.ts:1 imports src/research/x.ts, which src/store may not',
    ],
    [
      'src/research/a.ts',
      "import { simpleGit } from 'simple-git';",
      'src/research/a.ts:1 imports simple-git, whose home is src/workspace',
    ],
    [
      'src/research/a.ts',
      "import x from '@scope/unknown/deep';",
      'src/research/a.ts:1 imports @scope/unknown, whose home is nowhere',
    ],
    [
      'policies/router/a.ts',
      "import { x } from 'autoresearch/contract';",
      'policies/router/a.ts:1 imports autoresearch/contract, which is for the types of policies',
    ],
    [
      'harness/sim/a.ts',
      'const t = Date.now();',
      'harness/sim/a.ts:1 uses Date: equal inputs give equal simulations',
    ],
    [
      'harness/sim/a.ts',
      "const r = Math['random']();",
      'harness/sim/a.ts:1 uses Math.random: equal inputs give equal simulations',
    ],
    [
      'harness/ds/a.ts',
      'let x = 2; x **= 3;',
      'harness/ds/a.ts:1 uses **: powers may differ in the last bit between machines',
    ],
    [
      'harness/ds/a.ts',
      'export const f = async () => 1;',
      'harness/ds/a.ts:1 uses async: a simulation is one synchronous turn',
    ],
    [
      'src/commands/a.ts',
      'if (true) process.exit(1);',
      'src/commands/a.ts:1 uses process.exit: only entry points read the command line and end the process',
    ],
    [
      'src/elsewhere/a.ts',
      "import { x } from '../store/x.ts';",
      'src/elsewhere/a.ts:1 is in no layer: add it to the table',
    ],
  ])('catch, in %s, the source %j', (file, source, violation) => {
    expect(violations(file, scanSource(source))).toEqual([violation]);
  });

  it.each<[string, string]>([
    [
      'harness/sim/a.ts',
      "// Date.now(), import 'node:fs'\nexport const text = 'Math.random() ** process.exit()';",
    ],
    [
      'harness/sim/a.ts',
      "import { Heap } from '../ds/heap.ts';\nimport type { Init } from '../contract/index.ts';",
    ],
    ['harness/ds/a.ts', "import type { Columns } from '../sim/columns.ts';"],
    ['src/cli.ts', "import { run } from './commands/program.ts';\nprocess.exit(run(process.argv));"],
    ['policies/router/policy.ts', "import type { Init } from 'autoresearch/contract';"],
    ['src/store/a.ts', "import * as z from 'zod';\nimport { UserError } from '../../harness/index.ts';"],
  ])('let pass, in %s, the source %j', (file, source) => {
    expect(violations(file, scanSource(source))).toEqual([]);
  });
});
