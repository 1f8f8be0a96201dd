import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import {
  bundlePolicy,
  openTraces,
  type PreparedScenario,
  packageRoot,
  prepareScenarios,
  scenariosFor,
} from '../../harness/index.ts';
import { evaluateProgram } from '../../harness/isolate/evaluate-policy.ts';
import { settingsOf } from '../../harness/isolate/scenario-settings.ts';
import { compileUngated, hostilePolicies } from '../adversarial/hostile-policy.ts';
import type { BenchOptions } from './bench-options.ts';
import { BENCH_FOLDER, inFreshProcess } from './fresh-process.ts';
import type { PlainJob } from './simulate-plainly.ts';
import { least, median, spread } from './spread.ts';
import { openTraffic } from './traffic.ts';

/** Simulations in one process; the first is cold. */
const RUNS = 40;
/** Processes whose start is timed, per round. */
const STARTS = 8;
const DEADLINE_MS = 120_000;
const GOALS = { realmShare: 1.2, overheadMs: 60 };

/** What isolation costs, and that hostile policies leave nothing behind in the parent. */
export async function benchSandbox({ rounds, hostile }: BenchOptions): Promise<void> {
  const scenario = trainScenario();
  const policy = await seedProgram();
  const figures = {
    firstMs: [] as number[],
    laterMs: [] as number[],
    plainFirstMs: [] as number[],
    plainMs: [] as number[],
    overheadMs: [] as number[],
    nodeMs: [] as number[],
  };
  for (let round = 0; round < rounds; round++) {
    const { simulatedMs, overheadMs } = await inRealm(policy, Array(RUNS).fill(scenario));
    figures.firstMs.push(simulatedMs[0] ?? Number.NaN);
    figures.laterMs.push(...simulatedMs.slice(2));
    const plain = await inFreshProcess<{ simulatedMs: number[] }>('simulate-plainly.ts', plainJob(scenario));
    figures.plainFirstMs.push(plain.simulatedMs[0] ?? Number.NaN);
    figures.plainMs.push(...plain.simulatedMs.slice(2));
    figures.overheadMs.push(overheadMs);
    for (let start = 0; start < STARTS; start++) {
      figures.overheadMs.push((await inRealm(policy, [scenario])).overheadMs);
      figures.nodeMs.push(await startOfNode());
    }
  }
  const { laterMs, plainMs, overheadMs } = figures;
  console.log(`${scenario.promptTokens.length} requests, minimum / median ms`);
  console.log(`a later simulation  in the realm ${spread(laterMs, 1)}, plain ${spread(plainMs, 1)}`);
  console.log(
    `the first one       in the realm ${spread(figures.firstMs, 1)}, plain ${spread(figures.plainFirstMs, 1)}`,
  );
  console.log(
    `realm ÷ plain       ${(least(laterMs) / least(plainMs)).toFixed(3)} of minima, ${(median(laterMs) / median(plainMs)).toFixed(3)} of medians, at most ${GOALS.realmShare}`,
  );
  console.log(
    `an evaluation costs ${spread(overheadMs, 1)} besides, at most ${GOALS.overheadMs}; starting Node ${spread(figures.nodeMs, 1)}`,
  );
  await manyHostile(scenario, hostile);
}

/** The seed policy as it is evaluated, with its steps counted. */
async function seedProgram(): Promise<string> {
  const source = readFileSync(path.join(packageRoot, 'policies/router/policy.ts'), 'utf8');
  const bundle = await bundlePolicy(source, { name: 'policy.ts' });
  if (bundle.kind !== 'built') throw new Error(bundle.reason);
  return bundle.code;
}

async function inRealm(code: string, scenarios: readonly PreparedScenario[]) {
  const startedAt = performance.now();
  const { outcome, simulatedMs } = await evaluateProgram(code, {
    name: 'policy.ts',
    scenarios,
    deadlineMs: DEADLINE_MS,
  });
  const wallMs = performance.now() - startedAt;
  if (simulatedMs === undefined) throw new Error(`the policy is ${outcome.kind}`);
  return { simulatedMs, overheadMs: wallMs - simulatedMs.reduce((sum, ms) => sum + ms, 0) };
}

/** A process that does nothing. */
async function startOfNode(): Promise<number> {
  const startedAt = performance.now();
  await execa(process.execPath, ['-e', '0']);
  return performance.now() - startedAt;
}

function plainJob(scenario: PreparedScenario): PlainJob {
  return { columnsFile: scenario.columnsFile, settings: settingsOf(scenario, {}), runs: RUNS };
}

function trainScenario(): PreparedScenario {
  const { file } = openTraffic('generated', '');
  const traces = openTraces([file]);
  const train = traces
    .flatMap((trace) => scenariosFor(trace, { speedup: 3 }))
    .filter(({ split }) => split === 'train');
  const [scenario] = prepareScenarios(train, traces, path.join(BENCH_FOLDER, 'columns'));
  if (scenario === undefined) throw new Error('a scenario is needed');
  return scenario;
}

/** Policies that fail fast, over and over: memory and files of this process at the beginning and at the end. */
async function manyHostile(scenario: PreparedScenario, count: number): Promise<void> {
  const policies = (['escape', 'forging', 'pollution', 'values'] as const)
    .flatMap(hostilePolicies)
    .filter(({ ungated }) => ungated?.outcome === 'policy-error');
  const codes = await Promise.all(policies.map(({ source }) => compileUngated(source)));
  const job = { name: 'policy.ts', scenarios: [scenario], deadlineMs: DEADLINE_MS };
  const marks = new Map<number, string>();
  for (let made = 1; made <= count; made++) {
    const { outcome } = await evaluateProgram(codes[made % codes.length] ?? '', job);
    if (outcome.kind !== 'policy-error') throw new Error(`a hostile policy is ${outcome.kind}`);
    if (made === 100 || made === Math.floor(count / 2) || made === count) marks.set(made, footprint());
  }
  for (const [made, text] of marks) console.log(`after ${made} hostile evaluations: ${text}`);
}

function footprint(): string {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  const files = process.platform === 'linux' ? readdirSync('/proc/self/fd').length : Number.NaN;
  return `${mib(rss)} resident, ${mib(heapUsed)} of heap, ${files} open files`;
}
