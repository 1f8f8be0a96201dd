import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { engineNames, packageRoot } from '../../harness/index.ts';
import { writeSmallTrace } from '../isolate/small-scenarios.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const BASELINES = join(packageRoot, 'policies/router/baselines');

const CLI = join(packageRoot, 'dist/cli.js');

/** Runs `autoresearch evaluate …` in a process of its own and returns what it printed on stdout. */
async function evaluate(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, 'evaluate', ...args]);
  return stdout;
}

/** The message with which a command line is refused, and the exit code that goes with it. */
async function refusal(...args: string[]): Promise<unknown> {
  return promisify(execFile)(process.execPath, [CLI, 'evaluate', ...args]).then(
    () => 'accepted',
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

/** Arguments for a policy file on the small trace. */
function onSmallTrace(policy: string, ...more: string[]): string[] {
  return [
    policy,
    '--target',
    'router',
    '--trace',
    writeSmallTrace(temporaryFolder()),
    '--workers',
    '3',
    ...more,
  ];
}

function writePolicy(source: string): string {
  const file = join(temporaryFolder(), 'policy.ts');
  writeFileSync(file, source);
  return file;
}

describe('evaluate --json', () => {
  it('prints one object with the score, the metrics and how they were obtained', async () => {
    const printed = await evaluate(...onSmallTrace(join(BASELINES, 'least-in-flight.ts'), '--json'));
    const report = JSON.parse(printed);
    expect(Object.keys(report).sort()).toEqual(
      [
        ...[
          'outcome',
          'reason',
          'score',
          'validationScore',
          'metrics',
          'scenarios',
          'decisionHash',
          'policyCalls',
          'decisionNs',
        ],
        ...['layers', 'fingerprint', 'wallMs'],
      ].sort(),
    );
    expect(report).toMatchObject({ outcome: 'scored', reason: null });
    expect(report.score).toBeTypeOf('number');
    expect(report.validationScore).toBeTypeOf('number');
    expect(report.decisionHash).toMatch(/^[0-9a-f]{64}$/);
    expect(report.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(report.scenarios.map((each: { scenario: { name: string } }) => each.scenario.name)).toEqual([
      'small-x5-train',
      'small-x5-validation',
      'small-x3-train',
      'small-x3-validation',
    ]);
    for (const { score, metrics, baseline, decisionChanges } of report.scenarios) {
      const { cost, ...others } = metrics.hookCalls;
      expect(cost).toBe(3 * decisionChanges.of);
      expect(Object.values(others)).toEqual([0, 0, 0, 0, 0]);
      expect(decisionChanges.changed).toBeGreaterThan(0);
      expect(score).toBeCloseTo(
        Math.log(metrics.ttftMeanMs / baseline.ttftMeanMs) / 2 +
          Math.log(metrics.e2eMeanMs / baseline.e2eMeanMs) / 2,
        12,
      );
    }
  });

  it('gives the pinned baseline the score 0 on both splits', async () => {
    const printed = await evaluate(...onSmallTrace(join(BASELINES, 'kv-default.ts'), '--json'));
    const report = JSON.parse(printed);
    expect(report).toMatchObject({ outcome: 'scored', score: 0, validationScore: 0 });
    for (const { decisionChanges } of report.scenarios) expect(decisionChanges.changed).toBe(0);
  });

  it('gives the same answer again, apart from the time it took', async () => {
    const args = onSmallTrace(join(BASELINES, 'predicted-latency.ts'), '--json', '--speedup', '6');
    const [first, second] = [JSON.parse(await evaluate(...args)), JSON.parse(await evaluate(...args))];
    const timeless = (report: object) => ({ ...report, wallMs: 0, decisionNs: 0 });
    expect(first.decisionNs).toBeGreaterThan(0);
    expect(timeless(second)).toEqual(timeless(first));
  });

  it.each([
    ['build-failed', 'export default function ('],
    ['rejected', "import 'node:fs'; export default () => ({});"],
    ['policy-error', "export default () => { throw new Error('no'); };"],
    ['timed-out', 'export default () => new Array(4294967295).lastIndexOf(2);'],
  ])('has no score when the policy is %s', async (outcome, source) => {
    const printed = await evaluate(...onSmallTrace(writePolicy(source), '--json', '--deadline-seconds', '1'));
    const report = JSON.parse(printed);
    expect(report).toMatchObject({
      outcome,
      score: null,
      validationScore: null,
      metrics: null,
      decisionHash: null,
    });
    expect(report.reason).toBeTypeOf('string');
  });
});

describe('evaluate for a person', () => {
  it('shows each scenario beside the baseline, then score and gain', async () => {
    const policy = join(BASELINES, 'kv-default.ts');
    const printed = await evaluate(...onSmallTrace(policy, '--speedup', '7'));
    const numbers = /\d+(\.\d+)?/g;
    const lines = printed.replace(policy, 'POLICY').split('\n');
    expect(lines.slice(0, 4).map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      'POLICY beside kv-default, times in ms',
      '',
      'scenario requests TTFT p99 TTFT E2E goodput reuse other score',
      ' policy base policy base policy base policy base policy base workers',
    ]);
    expect(lines[4]?.match(numbers)?.slice(0, 2)).toEqual(['7', '114']);
    expect(lines.slice(7, 9)).toEqual([
      'train       score 0.0000, gain 0.0000 (0.0 % less latency than the baseline)',
      'validation  score 0.0000, gain 0.0000 (0.0 % less latency than the baseline)',
    ]);
    expect(lines[9]).toMatch(/^timed by: minimax-m2\.5-fp8-b200-tp4-vllm-0\.14\.0 \([0-9a-f]{12}\)$/);
    expect(lines[10]).toMatch(/^a call of a hook took up to \d+ ns on average$/);
    expect(lines[11]).toMatch(/^isolated by: .*process, permission, realm$/);
  });

  it('says why there is no score', async () => {
    const policy = writePolicy('export default () => 1;');
    const printed = await evaluate(...onSmallTrace(policy));
    expect(printed.split('\n').slice(0, 2)).toEqual([
      `${policy}: policy-error`,
      'small-x5-train: what the factory returned is of type number, not an object with hooks',
    ]);
  });
});

describe('evaluate refuses', () => {
  const policy = join(BASELINES, 'kv-default.ts');
  it.each<[string, string[], string]>([
    ['an unknown target', [policy, '--target', 'cache'], 'no target named cache; there is: router'],
    [
      'an unknown engine',
      [policy, '--target', 'router', '--engine', 'warp'],
      `no engine named warp; there is: ${engineNames().join(', ')}`,
    ],
    [
      'a policy that is not there',
      ['nowhere.ts', '--target', 'router'],
      'nowhere.ts: cannot read the policy: no such file; check the path',
    ],
    [
      'a folder for a policy',
      [BASELINES, '--target', 'router'],
      `${BASELINES}: cannot read the policy: it is a folder; name a file`,
    ],
    [
      'a seed that is no safe integer',
      [policy, '--target', 'router', '--seed', '1e20'],
      '--seed is 1e20; expected an integer of at most 9007199254740991',
    ],
    [
      'a mistyped flag before the one that is missing because of it',
      [policy, '--traget', 'router'],
      "unknown option '--traget'; see `autoresearch evaluate --help`",
    ],
    [
      'a speed-up of nothing',
      [policy, '--target', 'router', '--speedup', '0'],
      '--speedup is "0"; expected a number greater than 0',
    ],
    [
      'half a worker',
      [policy, '--target', 'router', '--workers', '0.5'],
      '--workers is "0.5"; expected an integer of at least 1',
    ],
    [
      'a missing target',
      [policy],
      "required option '--target <name>' not specified; see `autoresearch evaluate --help`",
    ],
  ])('%s', async (_title, args, message) => {
    expect(await refusal(...args)).toEqual({ code: 2, stdout: '', stderr: `autoresearch: ${message}\n` });
  });
});

it.runIf(process.platform === 'linux')('evaluate refuses a pipe instead of waiting for it', async () => {
  const pipe = join(temporaryFolder(), 'pipe');
  await promisify(execFile)('mkfifo', [pipe]);
  const policy = join(BASELINES, 'kv-default.ts');
  expect(await refusal(policy, '--target', 'router', '--trace', pipe)).toMatchObject({
    code: 2,
    stderr: `autoresearch: ${pipe} is no regular file; save what it gives to one first\n`,
  });
  expect(await refusal(pipe, '--target', 'router')).toMatchObject({
    code: 2,
    stderr: `autoresearch: ${pipe}: cannot read the policy: it is no regular file; save its content to one first\n`,
  });
});

it('evaluate says what to do when the temporary folder is of no use', async () => {
  const missing = join(temporaryFolder(), 'missing');
  const args = onSmallTrace(join(BASELINES, 'kv-default.ts'));
  const outcome = await promisify(execFile)(process.execPath, [CLI, 'evaluate', ...args], {
    env: { ...process.env, TMPDIR: missing },
  }).catch(({ code, stderr }) => ({ code, stderr }));
  expect(outcome).toEqual({
    code: 2,
    stderr: `autoresearch: no folder can be made in ${missing} (ENOENT); set TMPDIR to a folder that you can write to\n`,
  });
});

describe('the default trace', () => {
  it('is used when no trace is named', async () => {
    const printed = await evaluate(
      join(BASELINES, 'round-robin.ts'),
      '--target',
      'router',
      '--json',
      '--speedup',
      '5',
    );
    expect(JSON.parse(printed)).toMatchObject({
      outcome: 'scored',
      scenarios: [{ scenario: { trace: { name: 'toolagent-like-10min.jsonl' } } }, {}],
    });
  });
});

describe('a finished evaluation', () => {
  it('leaves no temporary files and no secret of the environment behind', async () => {
    const policy = writePolicy("export default () => { throw new Error('no'); };");
    const temporary = temporaryFolder();
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [CLI, 'evaluate', ...onSmallTrace(policy, '--json')],
      { env: { PATH: process.env['PATH'], TMPDIR: temporary, API_KEY: 'sk-canary-4711' } },
    );
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'policy-error' });
    expect(stdout + stderr).not.toContain('sk-canary-4711');
    const left = readdirSync(temporary).filter((name) => name.startsWith('autoresearch-'));
    expect(left).toEqual([]);
  });
});
