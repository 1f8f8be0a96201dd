import { randomBytes } from 'node:crypto';
import { bundlePolicy, type GateRuleId } from '../build/bundle-policy.ts';
import { builtFile } from '../installed-package.ts';
import type { Evaluation } from '../score/outcome.ts';
import { totalCalls } from '../sim/hook-calls.ts';
import type { ScenarioHeader } from './answer-layout.ts';
import type { ChildJob } from './child-job.ts';
import { judgeAnswer } from './judge-answer.ts';
import { maxAnswerBytes } from './parse-answer.ts';
import type { PreparedScenario } from './prepare-scenarios.ts';
import { type AnsweredScenario, resimulationProblem } from './resimulate.ts';
import { runChild } from './run-child.ts';
import { settingsOf } from './scenario-settings.ts';

export interface EvaluationJob {
  /** Whole policy source, and the file name its messages show. */
  readonly source: string;
  readonly name: string;
  /** Scenarios of one split, in the order they are simulated. */
  readonly scenarios: readonly PreparedScenario[];
  /** Tunable constants for `init.params`. */
  readonly params?: Readonly<Record<string, number>>;
  /** Wall-clock limit for all scenarios together. */
  readonly deadlineMs: number;
  /**
   * The incumbent's decision hash on the first scenario. A policy that decides the same is not simulated further:
   * its evaluation says `stopped` and holds the first scenario only.
   */
  readonly stopIfDecisionHash?: string;
  /**
   * Simulates what the policy decided once more in this process, without the policy: a child whose columns are not
   * what its decisions lead to is `nondeterministic`. Blocks while it does.
   */
  readonly resimulate?: boolean;
  readonly signal?: AbortSignal;
  /** Rules of the gate that are not applied: for tests of what stands behind them. */
  readonly gateExcept?: readonly GateRuleId[];
}

/** V8 heap of a child, MiB. */
const HEAP_MIB = 256;
/** Private memory of a child: its heap, typed arrays, code and stacks. */
const DATA_BYTES = 1.5 * 2 ** 30;

/**
 * Builds, isolates and measures one policy. Apart from time-outs the outcome depends on the job alone. Everything a
 * policy can do wrong is an outcome; rejects only when `signal` aborts or the harness itself is broken.
 */
export async function evaluatePolicy(job: EvaluationJob): Promise<Evaluation> {
  const startedAt = performance.now();
  assertOneSplit(job.scenarios);
  const bundle = await bundlePolicy(job.source, { name: job.name, except: job.gateExcept ?? [] });
  if (bundle.kind !== 'built') return { outcome: bundle, layers: [], wallMs: performance.now() - startedAt };
  const evaluation = await evaluateProgram(bundle.code, job);
  const layers = [...bundle.layers, ...evaluation.layers];
  return { ...evaluation, layers, wallMs: performance.now() - startedAt };
}

/** The scripts that a child runs. */
export interface ChildScripts {
  readonly entry: string;
  readonly hardenFile: string;
  readonly realmFile: string;
}

function builtScripts(): ChildScripts {
  return {
    entry: builtFile('child.cjs'),
    hardenFile: builtFile('harden-realm.js'),
    realmFile: builtFile('realm.js'),
  };
}

/** Isolates and measures a policy that is a CommonJS module body already. */
export async function evaluateProgram(
  policyCode: string,
  job: Omit<EvaluationJob, 'source'>,
  { entry, hardenFile, realmFile }: ChildScripts = builtScripts(),
): Promise<Omit<Evaluation, 'wallMs'>> {
  const { scenarios, stopIfDecisionHash } = job;
  const nonce = randomBytes(16).toString('hex');
  const childJob: ChildJob = { nonce, hardenFile, realmFile, ...whatToSimulate(policyCode, job) };
  const columnsFiles = new Set(childJob.scenarios.map(({ columnsFile }) => columnsFile));
  const { end, layers } = await runChild({
    entry,
    input: JSON.stringify(childJob),
    readable: [hardenFile, realmFile, ...columnsFiles],
    deadlineMs: job.deadlineMs,
    maxAnswerBytes: maxAnswerBytes(scenarios.map(({ promptTokens }) => promptTokens.length)),
    heapMiB: HEAP_MIB,
    dataBytes: DATA_BYTES,
    ...(job.signal === undefined ? {} : { signal: job.signal }),
  });
  if (end.kind !== 'ended') return { outcome: end, layers };
  const asked = { nonce, scenarios, ...(stopIfDecisionHash === undefined ? {} : { stopIfDecisionHash }) };
  const { outcome, answered, stopped } = judgeAnswer(end.bytes, asked);
  if (outcome.kind !== 'scored') return { outcome, layers };
  const problem = job.resimulate ? firstProblem(scenarios, answered) : undefined;
  if (problem !== undefined) return { outcome: { kind: 'nondeterministic', reason: problem }, layers };
  return {
    outcome,
    ...(stopped ? { stopped: 'same-decisions' } : {}),
    placements: answered.map(({ columns }) => columns.worker),
    simulatedMs: answered.map(({ header }) => header.simulatedNs / 1e6),
    decisionNs: Math.min(...answered.map(({ header }) => nsPerCall(header))),
    layers: job.resimulate ? [...layers, 'resimulation'] : layers,
  };
}

function firstProblem(
  scenarios: readonly PreparedScenario[],
  answered: readonly AnsweredScenario[],
): string | undefined {
  for (const [index, one] of answered.entries()) {
    const prepared = scenarios[index];
    const problem = prepared && resimulationProblem(prepared, one);
    if (problem !== undefined)
      return `${prepared?.scenario.name}: simulated again from its decisions, without the policy: ${problem}`;
  }
  return undefined;
}

/** A scenario's whole time, as if the policy alone had taken it. */
function nsPerCall({ simulatedNs, hookCalls }: ScenarioHeader): number {
  return Math.round(simulatedNs / totalCalls(hookCalls));
}

function whatToSimulate(policyCode: string, job: Omit<EvaluationJob, 'source'>) {
  return {
    policyCode,
    policyName: job.name,
    scenarios: job.scenarios.map((prepared) => ({
      columnsFile: prepared.columnsFile,
      settings: settingsOf(prepared, job.params ?? {}),
    })),
    ...(job.stopIfDecisionHash === undefined ? {} : { stopIfDecisionHash: job.stopIfDecisionHash }),
  };
}

/** Train and validation never meet in one process: a policy that broke out could carry one into the other. */
function assertOneSplit(scenarios: readonly PreparedScenario[]): void {
  const splits = new Set(scenarios.map(({ scenario }) => scenario.split));
  if (splits.size !== 1)
    throw new Error(`an evaluation covers one split, got ${[...splits].join(' and ') || 'none'}`);
}
