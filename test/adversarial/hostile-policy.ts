import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { transform } from 'esbuild';
import { type Outcome, scoredScenarios } from '../../harness/index.ts';

/** Kinds of attack, one folder each; `honest` holds what must not be mistaken for one. */
export const KINDS = [
  'escape',
  'forging',
  'pollution',
  'state',
  'values',
  'denial-of-service',
  'build-time',
  'determinism',
  'gaming',
] as const;
export type Kind = (typeof KINDS)[number] | 'honest';

/** What should become of a policy: `timed-out: a part of the reason`, `scored`, or `scored: unchanged`. */
export interface Verdict {
  readonly outcome: string;
  /** Part of the reason. Of a score: `unchanged` if the policy must get nothing out of what it does. */
  readonly fragment: string;
}

export interface HostilePolicy {
  readonly kind: Kind;
  readonly name: string;
  readonly source: string;
  readonly target: string;
  readonly attack: string;
  readonly expected: Verdict;
  /** What the layers behind the gate make of it; undefined when it does not get that far in any way. */
  readonly ungated: Verdict | undefined;
  readonly deadlineMs: number;
}

const DEADLINE_MS = 60_000;

/** The policies of one kind, by name. */
export function hostilePolicies(kind: Kind): HostilePolicy[] {
  const folder = path.join(import.meta.dirname, kind);
  return readdirSync(folder)
    .sort()
    .map((file) => readPolicy(kind, path.join(folder, file)));
}

export function hostilePolicy(kind: Kind, name: string): HostilePolicy {
  return readPolicy(kind, path.join(import.meta.dirname, kind, `${name}.ts`));
}

function readPolicy(kind: Kind, file: string): HostilePolicy {
  const source = readFileSync(file, 'utf8');
  const said = (title: string) => new RegExp(`^ \\* ${title}: (.*)$`, 'm').exec(source)?.[1];
  const required = (title: string) => {
    const text = said(title);
    if (text === undefined) throw new Error(`${file}: its header has no line \`${title}:\``);
    return text;
  };
  const expected = verdictOf(required('expected'));
  const ungated = said('without the gate');
  const seconds = said('deadline');
  return {
    kind,
    name: path.basename(file, '.ts'),
    source,
    target: required('target'),
    attack: required('attack'),
    expected,
    ungated: ungated === undefined ? behindTheGate(expected) : verdictOf(ungated),
    deadlineMs: seconds === undefined ? DEADLINE_MS : Number.parseInt(seconds, 10) * 1000,
  };
}

function behindTheGate(expected: Verdict): Verdict | undefined {
  return expected.outcome === 'rejected' || expected.outcome === 'build-failed' ? undefined : expected;
}

function verdictOf(text: string): Verdict {
  const [outcome = '', ...fragment] = text.split(': ');
  return { outcome, fragment: fragment.join(': ') };
}

/** Why an outcome is not the verdict; undefined when it is. `plain` is what an honest policy came to. */
export function verdictProblem(outcome: Outcome, verdict: Verdict, plain: Outcome): string | undefined {
  const reason = outcome.kind === 'scored' ? '' : outcome.reason;
  if (outcome.kind !== verdict.outcome) return `${outcome.kind}: ${reason}`;
  if (outcome.kind !== 'scored')
    return reason.includes(verdict.fragment) ? undefined : `for another reason: ${reason}`;
  if (verdict.fragment !== 'unchanged') return undefined;
  const [found, honest] = [outcome, plain].map((each) => JSON.stringify(scoredScenarios(each)));
  return found === honest ? undefined : 'its figures are not those of the honest policy';
}

/** Compiles a policy and judges nothing. */
export async function compileUngated(source: string): Promise<string> {
  const { code } = await transform(source, {
    loader: 'ts',
    format: 'cjs',
    target: 'es2022',
    banner: '"use strict";',
  });
  return code;
}
