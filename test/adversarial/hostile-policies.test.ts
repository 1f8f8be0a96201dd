import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePolicy, GATE_RULES, type GateRuleId } from '../../harness/build/bundle-policy.ts';
import { evaluatePolicy, type Outcome } from '../../harness/index.ts';
import { evaluateProgram } from '../../harness/isolate/evaluate-policy.ts';
import { smallScenariosIn } from '../isolate/small-scenarios.ts';
import {
  compileUngated,
  type HostilePolicy,
  hostilePolicies,
  hostilePolicy,
  KINDS,
  verdictProblem,
} from './hostile-policy.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'autoresearch-hostile-'));
const scenarios = smallScenariosIn(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `unchanged` means. */
let plain: Outcome;

beforeAll(async () => {
  plain = await evaluated(hostilePolicy('honest', 'plain'));
});

async function evaluated({ source, deadlineMs }: HostilePolicy): Promise<Outcome> {
  const job = { source, name: 'policy.ts', scenarios, deadlineMs };
  return (await evaluatePolicy(job)).outcome;
}

async function evaluatedUngated({ source, deadlineMs }: HostilePolicy): Promise<Outcome> {
  const job = { name: 'policy.ts', scenarios, deadlineMs };
  return (await evaluateProgram(await compileUngated(source), job)).outcome;
}

describe.each(KINDS)('of the kind %s', (kind) => {
  const policies = hostilePolicies(kind);

  it('there are at least four policies', () => {
    expect(policies.length).toBeGreaterThanOrEqual(4);
  });

  it.each(policies)('one that $attack is $expected.outcome', async (policy) => {
    expect(verdictProblem(await evaluated(policy), policy.expected, plain)).toBeUndefined();
  });

  it.each(
    policies.flatMap((policy) =>
      policy.ungated === undefined ? [] : [{ policy, ...policy, ...policy.ungated }],
    ),
  )('one that $attack is $outcome without the gate', async ({ policy, ungated }) => {
    if (ungated === undefined) throw new Error('a verdict is needed');
    expect(verdictProblem(await evaluatedUngated(policy), ungated, plain)).toBeUndefined();
  });
});

describe('the rule that refuses', () => {
  const refused = KINDS.flatMap(hostilePolicies).filter(({ expected }) => expected.outcome === 'rejected');

  it.each(refused)('one that $attack makes the difference', async ({ source, expected }) => {
    const rule = GATE_RULES.find((each) => expected.fragment === `(${each})`);
    if (rule === undefined) throw new Error(`${expected.fragment} is no rule of the gate`);
    const reasonWithout = async (except: readonly GateRuleId[]) => {
      const bundle = await bundlePolicy(source, { name: 'policy.ts', except });
      return bundle.kind === 'built' ? '' : bundle.reason;
    };
    expect(await reasonWithout([])).toContain(expected.fragment);
    expect(await reasonWithout([rule])).not.toContain(expected.fragment);
  });
});

describe('an honest policy', () => {
  it.each(hostilePolicies('honest'))(
    'like $name is scored, and decides the same in another process',
    async (policy) => {
      const [first, second] = [await evaluated(policy), await evaluated(policy)];
      expect(first.kind).toBe('scored');
      expect(second).toEqual(first);
    },
  );
});
