import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../../harness/index.ts';
import { packageRoot } from '../../harness/installed-package.ts';
import { type ChildScripts, evaluateProgram } from '../../harness/isolate/evaluate-policy.ts';
import { smallScenariosIn } from '../isolate/small-scenarios.ts';
import { compileUngated, hostilePolicy, type Kind, verdictProblem } from './hostile-policy.ts';
import { buildWeakened, type Weakening } from './weakened-realm.ts';

interface Rule extends Weakening {
  readonly rule: string;
  /** Kind and name of a hostile policy that the rule is there for. */
  readonly policy: readonly [Kind, string];
  /** What becomes of it without the rule: outcome and part of the reason. */
  readonly without: readonly [outcome: string, fragment: string];
}

const HARDEN = 'isolate/harden-realm.ts';
const SURVIVED = ['policy-error', 'threw: state survived'] as const;
const SCORED = ['scored', ''] as const;

const RULES: readonly Rule[] = [
  {
    rule: 'there is no chance',
    file: HARDEN,
    changes: [["  Math.random = refusing('Math.random is not available: use init.rng');\n", '']],
    policy: ['determinism', 'random'],
    without: SCORED,
  },
  {
    rule: 'nothing is sorted by locale',
    file: HARDEN,
    changes: [["  'localeCompare',\n", '']],
    policy: ['determinism', 'locale'],
    without: SCORED,
  },
  {
    rule: 'nothing is written by locale',
    file: HARDEN,
    changes: [["  'toLocaleString',\n", '']],
    policy: ['determinism', 'locale-by-computed-key'],
    without: SCORED,
  },
  {
    rule: 'numbers show no bits',
    file: HARDEN,
    changes: [["  replaceAccessor(TypedArray.prototype, 'buffer');\n", '']],
    policy: ['determinism', 'float-bits'],
    without: SCORED,
  },
  {
    rule: 'regular expressions forget their last match',
    file: HARDEN,
    changes: [['      replaceAccessor(RegExp, key);', '      continue;']],
    policy: ['state', 'last-match'],
    without: ['policy-error', 'threw: it remembers'],
  },
  {
    rule: 'functions lead to no constructor of code',
    file: HARDEN,
    changes: [
      [
        "    defineProperty(kind, 'constructor', { value: noCode, writable: false, configurable: false });",
        '    {}',
      ],
    ],
    policy: ['escape', 'computed-constructor'],
    without: ['policy-error', 'Code generation from strings disallowed for this context'],
  },
  {
    rule: 'async functions do neither',
    file: HARDEN,
    changes: [['  async () => {},\n', '']],
    policy: ['escape', 'async-constructor'],
    without: ['policy-error', 'Code generation from strings disallowed for this context'],
  },
  {
    rule: 'generators do neither',
    file: HARDEN,
    changes: [['\n  function* () {},\n', '\n']],
    policy: ['escape', 'generator-constructor'],
    without: ['policy-error', 'Code generation from strings disallowed for this context'],
  },
  {
    rule: 'errors have no stack',
    file: HARDEN,
    changes: [['  Error.stackTraceLimit = 0;\n', '']],
    policy: ['determinism', 'stack-text'],
    without: ['policy-error', 'threw: there is a stack'],
  },
  {
    rule: 'no stack is written to an object',
    file: HARDEN,
    changes: [["  Error.captureStackTrace = refusing('Error.captureStackTrace is not available');\n", '']],
    policy: ['determinism', 'stack-of-an-object'],
    without: SCORED,
  },
  {
    rule: 'nobody prepares stacks',
    file: HARDEN,
    changes: [["  defineProperty(Error, 'prepareStackTrace', nothing);\n", '']],
    policy: ['escape', 'stack-frames'],
    without: ['policy-error', 'Cannot add property prepareStackTrace'],
  },
  {
    rule: 'objects of the language are frozen',
    file: HARDEN,
    changes: [['    else freeze(object);\n', '    else continue;\n']],
    policy: ['state', 'mark-on-math'],
    without: SURVIVED,
  },
  {
    rule: 'a realm with an object that does not freeze is not used',
    file: HARDEN,
    changes: [['    else freeze(object);\n', '']],
    policy: ['honest', 'plain'],
    without: ['crashed', 'the realm has an object that does not freeze'],
  },
  {
    rule: 'prototypes of arrays are frozen',
    file: HARDEN,
    changes: [['freezeByProperty(object);\n', 'continue;\n']],
    policy: ['state', 'mark-on-arrays'],
    without: SURVIVED,
  },
  {
    rule: 'what no global names is frozen too',
    file: HARDEN,
    changes: [[', ...HIDDEN], realmGlobal', '], realmGlobal']],
    policy: ['state', 'mark-on-generators'],
    without: SURVIVED,
  },
  {
    rule: 'so are prototypes of what is found',
    file: 'isolate/reachable.ts',
    changes: [['    pending.push(getPrototypeOf(value));\n', '']],
    policy: ['state', 'mark-on-iterators'],
    without: SURVIVED,
  },
  {
    rule: 'so are getters and setters',
    file: 'isolate/reachable.ts',
    changes: [['values.push(property.value, property.get, property.set)', 'values.push(property.value)']],
    policy: ['state', 'mark-on-getters'],
    without: SURVIVED,
  },
  {
    rule: 'so are the getters of views',
    file: 'isolate/realm.ts',
    changes: [['\nfreezeViews();\n', '\nvoid freezeViews;\n']],
    policy: ['state', 'mark-on-view-getters'],
    without: SURVIVED,
  },
  {
    rule: 'so is what counts a program’s steps',
    file: 'isolate/realm.ts',
    changes: [['freeze(meter.spent);\npreventExtensions(meter.fuel);\n', '']],
    policy: ['state', 'mark-on-step-counter'],
    without: SURVIVED,
  },
  {
    rule: 'views lead to no constructor',
    file: 'sim/router-views.ts',
    changes: [["  Object.defineProperty(view.prototype, 'constructor', { value: undefined });\n", '']],
    policy: ['escape', 'view-constructor'],
    without: ['policy-error', 'Cannot read properties of undefined'],
  },
  {
    rule: 'globals that are not on the list are gone',
    file: HARDEN,
    changes: [[': deleteProperty(realmGlobal, key)', ': true']],
    policy: ['determinism', 'clock'],
    without: SCORED,
  },
  {
    rule: 'globals on the list keep their meaning',
    file: HARDEN,
    changes: [['defineProperty(realmGlobal, key, { writable: false, configurable: false })', 'true']],
    policy: ['state', 'mark-in-a-global'],
    without: SURVIVED,
  },
  {
    rule: 'a cost is no NaN',
    file: 'sim/policy-router.ts',
    changes: [['  if (Number.isNaN(value)) throw', '  if (false) throw']],
    policy: ['values', 'not-a-number'],
    without: SCORED,
  },
  {
    rule: 'a cost is a number',
    file: 'sim/policy-router.ts',
    changes: [["  if (typeof value !== 'number')", '  if (false)']],
    policy: ['values', 'value-of'],
    without: SCORED,
  },
  {
    rule: 'an admission is a boolean',
    file: 'sim/policy-router.ts',
    changes: [["    if (typeof admitted !== 'boolean')", '    if (false)']],
    policy: ['values', 'truthy-admission'],
    without: SCORED,
  },
];

const folder = mkdtempSync(path.join(tmpdir(), 'autoresearch-weakened-'));
const scenarios = smallScenariosIn(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CHILD = path.join(packageRoot, 'dist/child.cjs');

async function weakenedScripts(name: string, weakening: Weakening): Promise<ChildScripts> {
  const built = path.join(folder, name.replaceAll(' ', '-'));
  mkdirSync(built);
  await buildWeakened(built, weakening);
  return {
    entry: CHILD,
    hardenFile: path.join(built, 'harden-realm.js'),
    realmFile: path.join(built, 'realm.js'),
  };
}

async function outcomeOf(code: string, scripts?: ChildScripts): Promise<Outcome> {
  const job = { name: 'policy.ts', scenarios, deadlineMs: 60_000 };
  return (await evaluateProgram(code, job, scripts)).outcome;
}

/** What `unchanged` means. */
let plain: Outcome;

beforeAll(async () => {
  plain = await outcomeOf(await compileUngated(hostilePolicy('honest', 'plain').source));
});

describe('a rule of the realm makes a difference:', () => {
  it.each(RULES)('$rule', async ({ rule, policy, without, ...weakening }) => {
    const { source, ungated } = hostilePolicy(...policy);
    const code = await compileUngated(source);
    const [strong, weak] = [
      await outcomeOf(code),
      await outcomeOf(code, await weakenedScripts(rule, weakening)),
    ];
    expect(ungated && verdictProblem(strong, ungated, plain)).toBeUndefined();
    const [outcome, fragment] = without;
    expect(verdictProblem(weak, { outcome, fragment }, plain)).toBeUndefined();
    expect(weak).not.toEqual(strong);
  });

  it('nothing can be added to the global object', async () => {
    // Nothing leads there from strict code; this is for somebody who found a way.
    const program = `
      const found = (function () { return this; })();
      exports.default = () => {
        if (found.mark === 1) throw new Error('state survived');
        found.mark = 1;
        return { router: { cost: (req, worker) => worker.inFlight } };
      };`;
    const scripts = await weakenedScripts('global object', {
      file: HARDEN,
      changes: [['  preventExtensions(realmGlobal);\n', '']],
    });
    expect((await outcomeOf(program)).kind).toBe('scored');
    expect(await outcomeOf(program, scripts)).toMatchObject({
      kind: 'policy-error',
      reason: 'small-x3-train: threw: state survived',
    });
  });
});
