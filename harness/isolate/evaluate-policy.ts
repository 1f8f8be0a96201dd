import { randomBytes } from 'node:crypto';
import { bundlePolicy } from '../build/bundle-policy.ts';
import { sameEngine } from '../engines/engine.ts';
import { builtFile } from '../installed-package.ts';
import type { Evaluation } from '../score/outcome.ts';
import type { ChildJob, ScenarioSettings } from './child-job.ts';
import { judgeAnswer } from './judge-answer.ts';
import { maxAnswerBytes } from './parse-answer.ts';
import type { PreparedScenario } from './prepare-scenarios.ts';
import { runChild } from './run-child.ts';

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
  readonly signal?: AbortSignal;
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
  const bundle = await bundlePolicy(job.source, { name: job.name });
  if (bundle.kind !== 'built') {
    return { outcome: bundle, layers: [], wallMs: performance.now() - startedAt };
  }
  const { outcome, stopped, layers } = await evaluateBundle(bundle.code, job);
  const wallMs = performance.now() - startedAt;
  return stopped ? { outcome, stopped: 'same-decisions', layers, wallMs } : { outcome, layers, wallMs };
}

async function evaluateBundle(policyCode: string, job: EvaluationJob) {
  const nonce = randomBytes(16).toString('hex');
  const childJob = createChildJob(nonce, policyCode, job);
  const columnsFiles = new Set(childJob.scenarios.map(({ columnsFile }) => columnsFile));
  const { end, layers } = await runChild({
    entry: builtFile('child.js'),
    input: JSON.stringify(childJob),
    readable: [childJob.hardenFile, childJob.realmFile, ...columnsFiles],
    deadlineMs: job.deadlineMs,
    maxAnswerBytes: maxAnswerBytes(job.scenarios.map(({ promptTokens }) => promptTokens.length)),
    heapMiB: HEAP_MIB,
    dataBytes: DATA_BYTES,
    ...(job.signal === undefined ? {} : { signal: job.signal }),
  });
  if (end.kind !== 'ended') return { outcome: end, stopped: false, layers };
  const { scenarios, stopIfDecisionHash } = job;
  const asked = { nonce, scenarios, ...(stopIfDecisionHash === undefined ? {} : { stopIfDecisionHash }) };
  return { ...judgeAnswer(end.bytes, asked), layers };
}

function createChildJob(nonce: string, policyCode: string, job: EvaluationJob): ChildJob {
  return {
    nonce,
    hardenFile: builtFile('harden-realm.js'),
    realmFile: builtFile('realm.js'),
    policyCode,
    policyName: job.name,
    scenarios: job.scenarios.map((prepared) => ({
      columnsFile: prepared.columnsFile,
      settings: settingsOf(prepared, job.params ?? {}),
    })),
    ...(job.stopIfDecisionHash === undefined ? {} : { stopIfDecisionHash: job.stopIfDecisionHash }),
  };
}

function settingsOf(
  { scenario }: PreparedScenario,
  params: Readonly<Record<string, number>>,
): ScenarioSettings {
  const { workers, kvBlocks, blockSize, maxBatchedTokens, speedup, seed } = scenario;
  const { timing } = sameEngine(scenario.engine);
  return { timing, workers, kvBlocks, blockSize, maxBatchedTokens, speedup, seed, params };
}

/** Train and validation never meet in one process: a policy that broke out could carry one into the other. */
function assertOneSplit(scenarios: readonly PreparedScenario[]): void {
  const splits = new Set(scenarios.map(({ scenario }) => scenario.split));
  if (splits.size !== 1)
    throw new Error(`an evaluation covers one split, got ${[...splits].join(' and ') || 'none'}`);
}
