import { describe, expect, it } from 'vitest';
import type { GateRuleId } from '../../harness/build/bundle-policy.ts';
import { evaluatePolicy } from '../../harness/index.ts';
import { StepMeter } from '../../harness/isolate/step-meter.ts';
import { smallScenarios } from './small-scenarios.ts';

/** A cost that uses up `steps[call]` steps in its calls, followed by what comes after every call. */
function meteredCost(meter: StepMeter, steps: readonly number[]): () => number {
  let call = 0;
  const cost = () => {
    const fuel = meter.fuel[0] ?? 0;
    meter.fuel[0] = fuel - (steps[call++] ?? 0);
    return 1;
  };
  const watched = meter.watch({ router: { cost } }).router?.cost as () => number;
  return () => {
    const answer = watched();
    meter.finish();
    return answer;
  };
}

describe('the steps of a policy', () => {
  it('may be as many as a call may have, in every call', () => {
    const cost = meteredCost(new StepMeter(10, 1000), [10, 10, 0, 10]);
    expect([cost(), cost(), cost(), cost()]).toEqual([1, 1, 1, 1]);
  });

  it('may not be one more, in whichever call', () => {
    const cost = meteredCost(new StepMeter(10, 1000), [10, 10, 11]);
    cost();
    cost();
    expect(cost).toThrow('cost: call 3 exceeded 10 steps');
  });

  it('add up over calls', () => {
    const cost = meteredCost(new StepMeter(1000, 2500), [1000, 1000, 500, 0, 1]);
    for (let call = 0; call < 4; call++) cost();
    expect(cost).toThrow('all calls together exceeded 2,500 steps at cost: call 5');
  });

  it('may not be too many even if the policy hides it: that shows before the next call', () => {
    const meter = new StepMeter(10, 1000);
    const cost = () => {
      meter.fuel[0] = -1;
      return 1;
    };
    const watched = meter.watch({ router: { cost } }).router?.cost as () => number;
    expect(watched()).toBe(1);
    expect(watched).toThrow('cost: call 1 exceeded 10 steps');
  });

  it('add up over scenarios, each of which has its own policy', () => {
    const meter = new StepMeter(1000, 1500);
    meteredCost(meter, [1000])();
    expect(meteredCost(meter, [501])).toThrow('all calls together exceeded 1,500 steps at cost: call 1');
  });

  it('are those of the hooks as they are, called on the router they belong to', () => {
    class Router {
      factor = 2;
      cost(request: { readonly isl: number }) {
        return this.factor * request.isl;
      }
    }
    const { router } = new StepMeter().watch({ router: new Router() as never });
    expect(router?.cost({ isl: 3 } as never, {} as never)).toBe(6);
    expect(router?.admit).toBeUndefined();
  });
});

const ENDLESS: readonly (readonly [title: string, body: string])[] = [
  ['for', 'for (;;) {}'],
  ['for without a body', 'for (;;);'],
  ['while', 'while (true) req.isl;'],
  ['do', 'do req.isl; while (true)'],
  ['for of', 'const seen = new Set([1]); for (const each of seen) { seen.delete(each); seen.add(each); }'],
  ['a callback', 'const all = new Set([1]); all.forEach((each) => { all.delete(each); all.add(each); });'],
  [
    'a callback that is an expression',
    'const set = new Set([1]); set.forEach((each) => (set.delete(each), set.add(each)));',
  ],
  ['mutual calls', 'const f = (n: number): number => (n > 30 ? 0 : f(n + 1) + f(n + 1)); return f(0);'],
  ['a getter', 'const o = { get v(): number { return 1; } }; for (;;) o.v;'],
  [
    'fields of classes',
    'let n = 40; class A { made: unknown = --n > 0 ? (new A(), new A(), n++) : n++; } new A();',
  ],
];

function withCost(body: string): string {
  return `import type { Init, Policy } from 'autoresearch/contract';
export default function create(_init: Init): Policy {
  let calls = 0;
  return { router: { cost(req, worker) { calls++; ${body}; return worker.inFlight; } } };
}`;
}

async function outcomeOf(source: string, gateExcept: readonly GateRuleId[] = [], deadlineMs = 60_000) {
  const job = { source, name: 'policy.ts', scenarios: smallScenarios(), deadlineMs, gateExcept };
  return (await evaluatePolicy(job)).outcome;
}

const EXCEEDED = {
  kind: 'policy-error',
  reason: 'small-x5-train: cost: call 1 exceeded 5,000,000 steps',
};

describe('a policy that never ends', () => {
  it.each(ENDLESS)('in %s is stopped by its steps', async (_title, body) => {
    expect(await outcomeOf(withCost(body))).toEqual(EXCEEDED);
  });

  it('in a later call is stopped in that call', async () => {
    expect(await outcomeOf(withCost('while (calls === 200);'))).toMatchObject({
      reason: 'small-x5-train: cost: call 200 exceeded 5,000,000 steps',
    });
  });

  it('in its factory or its module is stopped there', async () => {
    const source = withCost('').replace('let calls = 0;', 'let calls = 0; for (;;) calls++;');
    expect(await outcomeOf(source)).toMatchObject({
      reason: 'small-x5-train: create: call 1 exceeded 5,000,000 steps',
    });
    const module = `const table = Array.from({ length: 6e6 }, (_, i) => i);\n${withCost('calls += table.length')}`;
    expect(await outcomeOf(module)).toMatchObject({
      reason: 'small-x5-train: create: call 1 exceeded 5,000,000 steps',
    });
  });

  it.each([
    ['once', 'try { for (;;); } catch {}'],
    ['again and again', 'for (;;) { try { for (;;); } catch {} }'],
    ['and goes on in a clean-up', 'try { for (;;); } finally { return 1; }'],
  ])('gains nothing by catching the error %s', async (_title, body) => {
    expect(await outcomeOf(withCost(body), ['no-try'])).toEqual(EXCEEDED);
  });

  it('would not be stopped if it could name the counter, which it may not', async () => {
    const body = 'const f = (__autoresearch_fuel: number[]) => { for (;;) __autoresearch_fuel; }; f([])';
    expect((await outcomeOf(withCost(body))).kind).toBe('rejected');
    expect((await outcomeOf(withCost(body), ['reserved-names'], 700)).kind).toBe('timed-out');
  });

  it('is stopped by its deadline where no steps are counted', async () => {
    expect((await outcomeOf(withCost('for (;;);'), ['fuel'], 700)).kind).toBe('timed-out');
  });
});

it('a policy may take a million steps in a call', async () => {
  const body = 'if (calls % 100 === 1) for (let i = 0; i < 1e6; i++) req.isl';
  expect((await outcomeOf(withCost(body))).kind).toBe('scored');
});
