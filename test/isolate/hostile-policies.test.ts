import { describe, expect, it } from 'vitest';
import { GATE_RULES } from '../../harness/build/bundle-policy.ts';
import { evaluatePolicy, type OutcomeKind } from '../../harness/index.ts';
import { smallScenarios } from './small-scenarios.ts';

const COST = '(worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2';

/** A policy module whose factory runs `body` before it returns a plain router. */
function doing(body: string, cost = COST): string {
  return [
    "import type { Init, Policy } from 'autoresearch/contract';",
    'export default function create(init: Init): Policy {',
    body,
    `return { router: { cost(req, worker) { return ${cost}; } } };`,
    '}',
  ].join('\n');
}

/** The gate is off: this is about what stands behind it. */
async function outcomeOf(source: string) {
  const scenarios = smallScenarios();
  const job = { source, name: 'policy.ts', scenarios, deadlineMs: 60_000, gateExcept: GATE_RULES };
  return (await evaluatePolicy(job)).outcome;
}

describe('a policy that', () => {
  it.each<[string, string, OutcomeKind, RegExp]>([
    [
      'makes work look cheaper',
      doing(
        'const m = Math.max; Math.max = (a, b, ...r) => (a === 1 ? m(a, b, ...r) * 0.2 : m(a, b, ...r));',
      ),
      'policy-error',
      /Cannot assign to read only property 'max'/,
    ],
    [
      'makes time stand still',
      doing('Math.max = () => 0; Math.ceil = () => 0; Math.floor = () => 0;'),
      'policy-error',
      /Cannot assign to read only property 'max'/,
    ],
    [
      'empties the queues',
      doing('Array.prototype.push = () => 0; (Array.prototype as any).shift = () => undefined;'),
      'policy-error',
      /Cannot assign to read only property 'push'/,
    ],
    [
      'fakes the cache',
      doing(
        'const g = Map.prototype.get; Map.prototype.get = function (k) { return g.call(this, k) ?? 1; };',
      ),
      'policy-error',
      /Cannot assign to read only property 'get'/,
    ],
    [
      'sets traps on every object',
      doing('Object.defineProperty(Object.prototype, "ttft", { set() { throw 1; } });'),
      'policy-error',
      /Cannot define property ttft/,
    ],
    [
      'decides by chance',
      doing('', 'Math.random()'),
      'policy-error',
      /Math\.random is not available: use init\.rng/,
    ],
    ['decides by the clock', doing('', 'Date.now() % 7'), 'policy-error', /Date is not defined/],
    [
      'writes a global it never declared',
      doing('(forgotten as any) = 1;'),
      'policy-error',
      /forgotten is not defined/,
    ],
    [
      'changes what it is shown',
      doing('', '((Object.getPrototypeOf(worker) as any).inFlight = 0, 1)'),
      'policy-error',
      /Cannot (assign|set)/,
    ],
    [
      'throws a Proxy that throws',
      doing(
        '',
        '(() => { throw new Proxy({}, { get() { throw 1; }, getOwnPropertyDescriptor() { throw 2; }, getPrototypeOf() { throw 3; } }); })()',
      ),
      'policy-error',
      /Proxy is not defined/,
    ],
    [
      'begins like a shell script and writes an undeclared global',
      `#!/bin/sh\n${doing('(forgotten as any) = 1;')}`,
      'policy-error',
      /forgotten is not defined/,
    ],
  ])('%s is not scored', async (_title, source, kind, reason) => {
    expect(await outcomeOf(source)).toMatchObject({ kind, reason: expect.stringMatching(reason) });
  });
});

/** Node 24 knows these. */
const knowsRepeatedGroups = Number(process.versions.node.split('.')[0]) > 22;

it.skipIf(knowsRepeatedGroups)('a regular expression that this Node refuses is a policy error', async () => {
  expect(await outcomeOf(doing('/(?<a>x)|(?<a>y)/.test("x");'))).toMatchObject({
    kind: 'policy-error',
    reason: expect.stringMatching(/does not compile: Invalid regular expression/),
  });
});

/** Ways to leave a mark, and to look for the mark of a scenario before. */
const CHANNELS: readonly (readonly [where: string, write: string, isMarked: string])[] = [
  ['a global', '(globalThis as any).mark = 1', "typeof mark !== 'undefined'"],
  ['an undeclared name', 'mark = 1', "typeof mark !== 'undefined'"],
  ['the prototype of objects', '(Object.prototype as any).mark = 1', "'mark' in {}"],
  ['Math', '(Math as any).mark = 1', "'mark' in Math"],
  ['the length of the prototype of arrays', 'Array.prototype.length = 3', 'Array.prototype.length === 3'],
  ['the last match', "/mark/.test('mark')", "(/x/ as any).constructor.lastMatch === 'mark'"],
  ['the prototype of generators', 'proto(gen()).mark = 1', 'proto(gen()).mark === 1'],
  ['the prototype of promises', 'proto((async () => {})()).mark = 1', 'proto((async () => {})()).mark === 1'],
  ['the stack limit', '(Error as any).stackTraceLimit = 3', '(Error as any).stackTraceLimit === 3'],
  ['a symbol', 'symbol.constructor.mark = 1', 'symbol.constructor.mark === 1'],
  ['the random numbers', '(init.rng.next as any).mark = 1', '(init.rng.next as any).mark === 1'],
  [
    'the engine estimate',
    '(init.engine.prefillMs as any).mark = 1',
    '(init.engine.prefillMs as any).mark === 1',
  ],
];
const VIEW_CHANNELS: readonly (readonly [where: string, write: string, isMarked: string])[] = [
  ['a view', '(worker as any).mark = 1', "'mark' in worker"],
  ['the prototype of views', 'proto(worker).mark = 1', "'mark' in worker"],
  ['a getter of a view', "getter(worker, 'id').mark = 1", "getter(worker, 'id').mark === 1"],
  ['a getter of the request', "getter(req, 'isl').mark = 1", "getter(req, 'isl').mark === 1"],
];
const READERS = `
const proto = (value: unknown): any => Object.getPrototypeOf(value);
const getter = (view: unknown, name: string): any => (Object.getOwnPropertyDescriptor(proto(view), name) as any).get;
function* gen() {}
const symbol: any = Object.getOwnPropertySymbols(Array.prototype)[0];
declare let mark: unknown;
`;

describe('from one scenario to the next nothing survives in', () => {
  it.each(CHANNELS)('%s', async (_where, write, isMarked) => {
    const look = `let seen = false; try { seen = ${isMarked}; } catch {}`;
    const leave = `try { ${write}; } catch {}`;
    const source = READERS + doing(`${look} if (seen) throw new Error('state survived'); ${leave}`);
    expect(await outcomeOf(source)).toMatchObject({ kind: 'scored' });
  });

  it.each(VIEW_CHANNELS)('%s', async (_where, write, isMarked) => {
    const look = `let seen = false; if (first) { first = false; try { seen = ${isMarked}; } catch {} }`;
    const leave = `try { ${write}; } catch {}`;
    const cost = `(() => { ${look} if (seen) throw new Error('state survived'); ${leave} return ${COST}; })()`;
    expect(await outcomeOf(READERS + doing('let first = true;', cost))).toMatchObject({ kind: 'scored' });
  });

  it('the module, which is evaluated again', async () => {
    const source = `let evaluations = 0;\n${doing("if (++evaluations > 1) throw new Error('state survived');")}`;
    expect(await outcomeOf(source)).toMatchObject({ kind: 'scored' });
  });
});
