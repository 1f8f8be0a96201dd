import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import {
  DEFAULT_ENGINE_NAME,
  evaluatePolicy,
  fingerprint,
  openTraces,
  type PreparedScenario,
  pinnedBaseline,
  prepareScenarios,
  type ScenarioOptions,
  scenariosFor,
  type Target,
  targetNamed,
  UserError,
} from '../../harness/index.ts';
import { cacheFolder } from '../config/cache-folder.ts';
import { integerOption, positiveOption } from '../config/number-option.ts';
import { readTextFile } from '../config/read-text-file.ts';
import { interruptible } from '../interrupt.ts';
import {
  createEvaluationReport,
  type EvaluationReport,
  firstFailure,
  type SplitEvaluations,
} from '../report/evaluation-report.ts';
import { evaluationText } from '../report/evaluation-text.ts';

interface EvaluateOptions extends ScenarioOptions {
  readonly target: string;
  readonly trace: readonly string[];
  readonly deadlineSeconds: number;
  readonly json?: boolean;
}

const EXAMPLE = `
Example:
  $ autoresearch evaluate policies/router/policy.ts --target router --trace requests.jsonl

Every outcome of the policy exits with 0: scored, rejected, timed-out, … is in the answer.`;

export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('score one policy against the pinned baseline, in a process of its own')
    .argument('<policy>', 'the policy, a TypeScript file')
    .requiredOption('--target <name>', 'what the policy decides')
    .option('--trace <file>', 'requests to replay, repeatable (default: generated traffic)', collect, [])
    .option('--engine <name>', `engine profile (default: ${DEFAULT_ENGINE_NAME})`)
    .option('--speedup <factor>', 'one arrival speed-up instead of 3 and 5', positiveOption('--speedup'))
    .option('--workers <count>', 'workers (default: 8)', integerOption('--workers', 1))
    .option(
      '--kv-blocks <count>',
      'KV blocks per worker (default: 4000, or what the engine holds)',
      integerOption('--kv-blocks', 1),
    )
    .option('--seed <seed>', 'seed of the policy’s random numbers (default: 1)', integerOption('--seed', 0))
    .option('--deadline-seconds <s>', 'wall-clock limit per split', positiveOption('--deadline-seconds'), 60)
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLE)
    .action(async (policyFile: string, options: EvaluateOptions) => {
      const target = targetNamed(options.target);
      const source = readTextFile(policyFile, 'the policy');
      const report = await evaluate(target, { source, name: path.basename(policyFile) }, options);
      const names = { policy: policyFile, baseline: target.pinnedBaseline };
      process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : evaluationText(report, names));
    });
}

interface NamedPolicy {
  readonly source: string;
  readonly name: string;
}

async function evaluate(
  target: Target,
  policy: NamedPolicy,
  options: EvaluateOptions,
): Promise<EvaluationReport> {
  const startedAt = performance.now();
  const traces = openTraces(options.trace, { cacheFolder: cacheFolder() });
  for (const { name, warnings } of traces) for (const warning of warnings) progress(`${name}: ${warning}`);
  const scenarios = traces
    .flatMap((trace) => scenariosFor(trace, options))
    .filter(({ split }) => split !== 'sealed');
  const folder = await makeTemporaryFolder();
  try {
    const prepared = prepareScenarios(scenarios, traces, folder);
    const deadlineMs = options.deadlineSeconds * 1000;
    const run = (each: NamedPolicy) => {
      progress(`evaluating ${each.name} on ${scenarios.length} scenarios`);
      return evaluateSplits(each, prepared, deadlineMs);
    };
    const evaluations = await run(policy);
    const pinned = pinnedBaseline(target);
    const isScored = firstFailure(evaluations) === undefined;
    const baseline = isScored ? await run({ source: pinned.source, name: `${pinned.name}.ts` }) : undefined;
    const broken = baseline && firstFailure(baseline);
    if (broken !== undefined) {
      throw new Error(`the baseline ${pinned.name} could not be evaluated: ${broken.kind}: ${broken.reason}`);
    }
    return createEvaluationReport({
      scenarios,
      policy: evaluations,
      baseline,
      fingerprint: fingerprint(scenarios),
      wallMs: performance.now() - startedAt,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Both splits at once, each in its own process. */
async function evaluateSplits(
  policy: NamedPolicy,
  prepared: readonly PreparedScenario[],
  deadlineMs: number,
): Promise<SplitEvaluations> {
  const of = (split: string) => prepared.filter(({ scenario }) => scenario.split === split);
  const evaluations = await interruptible(async (signal) => {
    const jobs = [of('train'), of('validation')].map((scenarios) =>
      evaluatePolicy({ ...policy, scenarios, deadlineMs, signal }),
    );
    const settled = await Promise.allSettled(jobs);
    if (signal.aborted) return [];
    return settled.map((each) => {
      if (each.status === 'rejected') throw each.reason;
      return each.value;
    });
  });
  const [train, validation] = evaluations;
  if (train === undefined || validation === undefined) throw new Error('an evaluation is missing');
  return { train, validation };
}

async function makeTemporaryFolder(): Promise<string> {
  try {
    return await mkdtemp(path.join(tmpdir(), 'autoresearch-evaluate-'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      `no folder can be made in ${tmpdir()} (${code}); set TMPDIR to a folder that you can write to`,
    );
  }
}

function collect(file: string, before: readonly string[]): string[] {
  return [...before, file];
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
