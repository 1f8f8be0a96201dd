import { describe, expect, it } from 'vitest';
import { GATE_RULES } from '../../harness/build/bundle-policy.ts';
import {
  baselinesOf,
  evaluatePolicy,
  type OutcomeKind,
  scoredScenarios,
  targetNamed,
} from '../../harness/index.ts';
import { smallScenarios } from './small-scenarios.ts';

const DEADLINE_MS = 30_000;

/** A policy module around the body of its cost function. */
function withCost(body: string, before = ''): string {
  return [
    "import type { Init, Policy, RequestView, WorkerView } from 'autoresearch/contract';",
    before,
    'export default function create(init: Init): Policy {',
    `  return { router: { cost(req: RequestView, worker: WorkerView): number { ${body} } } };`,
    '}',
  ].join('\n');
}

const HONEST = withCost(
  'return worker.prefillTokens - worker.overlapBlocks * req.blockSize + worker.inFlight;',
);

/** Calls one operation of the language that takes minutes. */
const FOR_EVER = withCost('return new Array(4294967295).lastIndexOf(2);');

function evaluate(source: string, deadlineMs = DEADLINE_MS) {
  return evaluatePolicy({ source, name: 'policy.ts', scenarios: smallScenarios(), deadlineMs });
}

/** What happens to a source that got past the gate. */
function evaluateUngated(source: string, deadlineMs = DEADLINE_MS) {
  const scenarios = smallScenarios();
  return evaluatePolicy({ source, name: 'policy.ts', scenarios, deadlineMs, gateExcept: GATE_RULES });
}

describe('an honest policy', () => {
  it('is scored on every scenario, and again with the same numbers', async () => {
    const [first, second] = await Promise.all([evaluate(HONEST), evaluate(HONEST)]);
    expect(first.outcome.kind).toBe('scored');
    expect(second.outcome).toEqual(first.outcome);
    const scenarios = scoredScenarios(first.outcome);
    expect(scenarios.map(({ scenario }) => scenario)).toEqual(['small-x5-train', 'small-x3-train']);
    for (const { requests, completed, policyCalls } of scenarios) {
      expect(completed).toBe(requests);
      expect(policyCalls).toBeGreaterThanOrEqual(3 * requests);
    }
  });

  it('names the layers that were between it and the machine', async () => {
    const { layers } = await evaluate(HONEST);
    expect(layers).toEqual(expect.arrayContaining(['process', 'permission', 'realm']));
  });

  it.each(baselinesOf(targetNamed('router')))(
    '$name, as it comes with the package, is scored',
    async ({ source }) => {
      const { outcome } = await evaluate(source);
      expect(outcome.kind).toBe('scored');
    },
  );

  it('scores bit-identically after others that hang, throw and run out of memory', async () => {
    const before = await evaluate(HONEST);
    await evaluate(FOR_EVER, 700);
    await evaluate(withCost('for (;;) {}'));
    await evaluate(withCost("throw new Error('no')"));
    await evaluate(withCost('return new Float64Array(4e9).length;'));
    const after = await Promise.all([evaluate(HONEST), evaluate(HONEST)]);
    for (const { outcome } of after) expect(outcome).toEqual(before.outcome);
  });

  it('draws the same random numbers in every evaluation', async () => {
    const random = [
      "import type { Init, Policy } from 'autoresearch/contract';",
      'export default function create({ rng }: Init): Policy { return { router: { cost: () => rng.next() } }; }',
    ].join('\n');
    const [first, second] = await Promise.all([evaluate(random), evaluate(random)]);
    expect(first.outcome.kind).toBe('scored');
    expect(second.outcome).toEqual(first.outcome);
  });

  it('sees the params of the job', async () => {
    const source = withCost('return worker.inFlight * weight;', '').replace(
      'return { router',
      'const weight = init.params.weight ?? NaN; return { router',
    );
    const without = await evaluate(source);
    expect(without.outcome).toMatchObject({ kind: 'policy-error', reason: expect.stringMatching('NaN') });
    const job = { source, name: 'policy.ts', scenarios: smallScenarios(), deadlineMs: DEADLINE_MS };
    const { outcome } = await evaluatePolicy({ ...job, params: { weight: 2 } });
    expect(outcome.kind).toBe('scored');
  });
});

describe('a policy that decides like the incumbent', () => {
  it('is simulated on the first scenario only', async () => {
    const incumbent = scoredScenarios((await evaluate(HONEST)).outcome);
    const job = { name: 'policy.ts', scenarios: smallScenarios(), deadlineMs: DEADLINE_MS };
    const stopIfDecisionHash = incumbent[0]?.decisionHash ?? '';
    const neutral = HONEST.replace('return worker.', 'return 0 + worker.');
    const same = await evaluatePolicy({ ...job, source: neutral, stopIfDecisionHash });
    expect(same.stopped).toBe('same-decisions');
    expect(scoredScenarios(same.outcome)).toEqual(incumbent.slice(0, 1));

    const other = await evaluatePolicy({ ...job, source: withCost('return worker.id;'), stopIfDecisionHash });
    expect(other.stopped).toBeUndefined();
    expect(scoredScenarios(other.outcome)).toHaveLength(2);
  });
});

interface BadPolicy {
  readonly title: string;
  readonly source: string;
  readonly kind: OutcomeKind;
  readonly reason: RegExp;
  readonly deadlineMs?: number;
  readonly isUngated?: true;
}

const BAD_POLICIES: readonly BadPolicy[] = [
  {
    title: 'a syntax error',
    source: withCost('return worker. ;'),
    kind: 'build-failed',
    reason: /^policy\.ts:4:\d+: Expected identifier but found ";"$/,
  },
  {
    title: 'an import of node:fs that it uses',
    source: withCost('return readFileSync.length;', "import { readFileSync } from 'node:fs';"),
    kind: 'rejected',
    reason: /^policy\.ts:2:\d+: import of "node:fs" is not allowed: remove it/,
  },
  {
    title: 'more than the size limit',
    source: HONEST + ' '.repeat(5 * 2 ** 20),
    kind: 'rejected',
    reason: /bytes, the limit is 32768/,
  },
  {
    title: 'an endless loop in cost',
    source: withCost('for (;;) {}'),
    kind: 'policy-error',
    reason: /^small-x5-train: cost: call 1 exceeded 5,000,000 steps$/,
  },
  {
    title: 'one operation of the language that takes for ever',
    source: FOR_EVER,
    kind: 'timed-out',
    reason: /^no answer within 0\.7 s$/,
    deadlineMs: 700,
  },
  {
    isUngated: true,
    title: 'an endless loop while it loads',
    source: withCost('return 0;', 'for (;;) {}'),
    kind: 'timed-out',
    reason: /^no answer within 0\.7 s$/,
    deadlineMs: 700,
  },
  {
    title: 'a throw in cost',
    source: withCost("throw new Error('line one\\nline \\u001b[31mtwo');"),
    kind: 'policy-error',
    reason: /^small-x5-train: threw: line one line \[31mtwo$/,
  },
  {
    isUngated: true,
    title: 'a throw while it loads',
    source: withCost('return 0;', "throw new Error('early');"),
    kind: 'policy-error',
    reason: /threw: early$/,
  },
  {
    title: 'a thrown object whose message is a getter',
    source: withCost("throw { get message() { return 'called'; }, toString() { return 'called'; } };"),
    kind: 'policy-error',
    reason: /threw: an error without a message$/,
  },
  {
    title: 'a thrown string',
    source: withCost("throw 'text';"),
    kind: 'policy-error',
    reason: /non-Error thrown: string$/,
  },
  {
    title: 'a very long message',
    source: withCost("throw new Error('x'.repeat(1e6));"),
    kind: 'policy-error',
    reason: /^small-x5-train: threw: x{200,300}$/,
  },
  {
    title: 'NaN costs',
    source: withCost('return Number.NaN;'),
    kind: 'policy-error',
    reason: /router\.cost returned NaN$/,
  },
  {
    title: 'a string cost',
    source: withCost("return '1' as unknown as number;"),
    kind: 'policy-error',
    reason: /router\.cost returned string, not a number$/,
  },
  {
    title: 'a cost object with valueOf',
    source: withCost('return { valueOf: () => 1 } as unknown as number;'),
    kind: 'policy-error',
    reason: /router\.cost returned object, not a number$/,
  },
  {
    isUngated: true,
    title: 'a call of process.exit',
    source: withCost('process.exit(0); return 0;'),
    kind: 'policy-error',
    reason: /process is not defined$/,
  },
  {
    isUngated: true,
    title: 'code made from a string',
    source: withCost("return new Function('return 1')();"),
    kind: 'policy-error',
    reason: /Function is not defined$/,
  },
  {
    title: 'runaway recursion',
    source: withCost('const f = (): number => 1 + f(); return f();'),
    kind: 'policy-error',
    reason: /Maximum call stack size exceeded$/,
  },
  {
    title: 'a heap without end',
    source: withCost('const kept: unknown[] = []; for (;;) kept.push(new Array(1000).fill(kept.length));'),
    kind: 'out-of-memory',
    reason: /^needed more memory than allowed/,
  },
  {
    title: 'one enormous typed array',
    source: withCost('return new Float64Array(4e9).length;'),
    kind: 'out-of-memory',
    reason: /Array buffer allocation failed$/,
  },
  {
    title: 'typed arrays without end',
    source: withCost('const kept: unknown[] = []; for (;;) kept.push(new Float64Array(8e6));'),
    kind: 'out-of-memory',
    reason: /allocation failed|more memory than allowed/,
  },
  {
    title: 'no default export',
    source: 'export const create = () => ({});',
    kind: 'rejected',
    reason: /it exports create; export the factory/,
  },
  {
    title: 'a default export that is no function',
    source: 'export default { router: {} };',
    kind: 'policy-error',
    reason: /the default export is of type object, not a function/,
  },
  {
    isUngated: true,
    title: 'a CommonJS export',
    source: 'module.exports = 1;',
    kind: 'policy-error',
    reason: /the default export is of type number, not a function/,
  },
  {
    title: 'a factory that returns nothing',
    source: 'export default function create() {}',
    kind: 'policy-error',
    reason: /what the factory returned is undefined, not an object with hooks$/,
  },
  {
    title: 'a factory that returns a number',
    source: 'export default () => 7;',
    kind: 'policy-error',
    reason: /what the factory returned is of type number, not an object with hooks$/,
  },
  {
    isUngated: true,
    title: 'a promise of a policy',
    source: 'export default async () => ({});',
    kind: 'policy-error',
    reason: /no `router`/,
  },
  {
    title: 'a router without cost',
    source: 'export default () => ({ router: {} });',
    kind: 'policy-error',
    reason: /router\.cost is not a function$/,
  },
];

describe('a policy with', () => {
  it.each(BAD_POLICIES)('$title is $kind', async ({ source, kind, reason, deadlineMs, isUngated }) => {
    const { outcome } = await (isUngated ? evaluateUngated : evaluate)(source, deadlineMs);
    expect(outcome).toMatchObject({ kind, reason: expect.stringMatching(reason) });
  });
});

describe('what a policy can reach', () => {
  it('is no global of Node’s, and nothing of its own from the scenario before', async () => {
    const names = ['process', 'fetch', 'setTimeout', 'queueMicrotask', 'Buffer', 'structuredClone'];
    const source = withCost(
      'if (worker.id === 0) calls++; return worker.inFlight;',
      [
        'let calls = 0;',
        ...names.map((name) => `if (typeof ${name} !== 'undefined') throw new Error('${name} is there');`),
      ].join('\n'),
    ).replace('return { router', "if (calls !== 0) throw new Error('state survived'); return { router");
    const { outcome } = await evaluateUngated(source);
    expect(outcome).toMatchObject({ kind: 'scored' });
  });

  it('is not run after the simulation, not even as a microtask', async () => {
    const source = withCost('return worker.inFlight;', '(async () => { await 0; for (;;) {} })();');
    const { outcome } = await evaluateUngated(source, 20_000);
    expect(outcome.kind).toBe('scored');
  });
});

describe('an evaluation', () => {
  it('ends at once when it is aborted', async () => {
    const abort = new AbortController();
    const job = {
      source: FOR_EVER,
      name: 'policy.ts',
      scenarios: smallScenarios(),
      deadlineMs: 60_000,
    };
    setTimeout(() => abort.abort(new Error('enough')), 300);
    await expect(evaluatePolicy({ ...job, signal: abort.signal })).rejects.toThrow('enough');
  });

  it('refuses scenarios of several splits', async () => {
    const [one, two] = smallScenarios();
    if (one === undefined || two === undefined) throw new Error('two scenarios are needed');
    const mixed = [one, { ...two, scenario: { ...two.scenario, split: 'validation' as const } }];
    const job = { source: HONEST, name: 'policy.ts', scenarios: mixed, deadlineMs: DEADLINE_MS };
    await expect(evaluatePolicy(job)).rejects.toThrow('one split');
  });
});
