import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace, runAndKill, type Workspace } from './workspace.ts';

const journalOf = (workspace: Workspace, run: string) =>
  path.join(workspace.folder, 'runs', run, 'journal.jsonl');

function start(workspace: Workspace, run: string, ...more: string[]) {
  return workspace.run('start', '--target', 'router', '--trace', workspace.trace, '--run', run, ...more);
}

/** Lines of the canonical journal, cut short: enough to see which one differs. */
function canonical(workspace: Workspace, run: string): string[] {
  const { stdout, exitCode } = workspace.run('status', run, '--canonical');
  expect(exitCode).toBe(0);
  return stdout
    .split('\n')
    .map((line) => `${createHash('sha256').update(line).digest('hex').slice(0, 12)} ${line.slice(0, 80)}`);
}

describe('a run with the mutator', () => {
  const workspace = createWorkspace();
  const attempts = ['--attempts', '8', '--seed', '3'];

  it('keeps only policies that beat their incumbent on train and are no worse on validation, as commits', () => {
    const { exitCode, stdout } = start(workspace, 'first', ...attempts, '--json');
    expect(exitCode).toBe(0);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({ run: 'first', ending: 'finished', attempts: 8 });
    expect(summary.kept).toBeGreaterThan(0);
    expect(summary.best.gain).toBeGreaterThan(0);
    expect(summary.best.validationScore).toBeLessThan(0);
    const log = workspace.git(
      'log',
      '--format=%an|%(trailers:key=Attempt,valueonly)',
      'trunk..autoresearch/router/first',
    );
    expect(log.split('\n').filter((line) => line.startsWith('autoresearch|'))).toHaveLength(summary.kept);
  });

  it('leaves the checkout, the index and the branch of the user alone', () => {
    expect(workspace.git('status', '--porcelain')).toBe('');
    expect(workspace.git('branch', '--show-current')).toBe('trunk');
    expect(workspace.git('rev-list', '--count', 'trunk')).toBe('2');
  });

  it('with an equal seed gives an equal canonical journal', () => {
    start(workspace, 'second', ...attempts);
    expect(canonical(workspace, 'second')).toEqual(canonical(workspace, 'first'));
  });

  it('with another seed gives another one', () => {
    start(workspace, 'other', '--attempts', '2', '--seed', '4');
    const attemptsOf = (run: string) =>
      canonical(workspace, run).filter((line) => line.includes('"attempt":1,'));
    expect(attemptsOf('other')).not.toEqual(attemptsOf('first'));
  });

  it.each([4, 9, 16])(
    'killed after %i records and resumed, it ends with the same canonical journal',
    async (records) => {
      const run = `killed-${records}`;
      const journal = journalOf(workspace, run);
      const written = () => (existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').length - 1 : 0);
      await runAndKill(
        workspace,
        ['start', '--target', 'router', '--trace', workspace.trace, '--run', run, ...attempts],
        () => written() >= records,
      );
      expect(workspace.run('status', run, '--json').stdout).toContain('"state":"interrupted"');
      expect(workspace.run('resume', run).exitCode).toBe(0);
      expect(canonical(workspace, run)).toEqual(canonical(workspace, 'first'));
      const subjects = (name: string) =>
        workspace.git('log', '--format=%s', `trunk..autoresearch/router/${name}`);
      expect(subjects(run)).toBe(subjects('first'));
    },
  );

  it('survives a journal whose last line was cut in the middle', () => {
    const journal = journalOf(workspace, 'second');
    const bytes = readFileSync(journal);
    const lastCheckpoint = bytes.lastIndexOf('{"v"');
    writeFileSync(journal, bytes.subarray(0, lastCheckpoint - 40));
    expect(workspace.run('resume', 'second').exitCode).toBe(0);
    expect(canonical(workspace, 'second')).toEqual(canonical(workspace, 'first'));
  });

  it('shows what it found: leaderboard, review, status', () => {
    const { rows } = JSON.parse(workspace.run('leaderboard', '--json').stdout);
    expect(rows.map((row: { policy: string }) => row.policy)).toContain('predicted-latency');
    expect(rows.find((row: { policy: string }) => row.policy === 'kv-default').score).toBe(0);
    expect([...rows].sort((a, b) => a.score - b.score)).toEqual(rows);
    const review = workspace.run('review', 'first').stdout;
    expect(review).toContain('--- a/policies/router/policy.ts');
    expect(review).toMatch(/^first\/\d+ {2}kept \(better\)$/m);
    expect(review).toMatch(/^calls {5}cost \d+.*; up to \d+ ns each$/m);
    expect(
      JSON.parse(workspace.run('review', 'first', '--json').stdout).scenarios[0].decisionChanges,
    ).toEqual({
      changed: expect.any(Number),
      of: expect.any(Number),
    });
    expect(workspace.run('status').stdout).toMatch(/^first\s+finished\s+8\/8/m);
  });

  it('refuses to begin a second run of the same name', () => {
    const { exitCode, stderr } = start(workspace, 'first', '--attempts', '1');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('first');
  });

  it('accepts the best attempt as one commit on the current branch, and says how to take it back', () => {
    const { exitCode, stdout } = workspace.run('accept', 'first', '--yes');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('git revert');
    expect(workspace.git('show', '--stat', '--format=%an', 'HEAD')).toMatch(
      /^A User\n\n policies\/router\/policy\.ts/,
    );
    const again = workspace.run('accept', 'first', '--yes');
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain('changed on trunk since the run began');
  });

  it('refuses to accept without a terminal to ask on', () => {
    const { exitCode, stderr } = workspace.run('accept', 'other/1');
    expect(exitCode).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('a scripted run', () => {
  const workspace = createWorkspace();
  const seed = readFileSync(path.join(workspace.folder, 'policies/router/policy.ts'), 'utf8');
  const withCost = (cost: string) => seed.replace('return Math.max(0, prefillBlocks) + heldBlocks;', cost);
  const proposals = [
    {
      idea: 'count only the prompt tokens that are still queued',
      edits: [{ search: 'worker.activeBlocks', replace: 'worker.queuedTokens / req.blockSize' }],
    },
    { idea: 'edit something that is not there', edits: [{ search: 'worker.noSuchField', replace: '0' }] },
    { idea: 'leave a brace out', source: seed.replace('cost(req, worker) {', 'cost(req, worker)') },
    { idea: 'never answer', source: withCost('for (;;) {}') },
    { idea: 'throw', source: withCost("throw new Error('no idea');") },
    { idea: 'answer NaN', source: withCost('return Number.NaN;') },
    { idea: 'read files', source: `import { readFileSync } from 'node:fs';\nvoid readFileSync;\n${seed}` },
    { idea: 'change nothing', edits: [{ search: 'heldBlocks', replace: 'heldBlocks' }] },
    { idea: 'be large', source: `${seed}\n// ${'x'.repeat(5 * 2 ** 20)}` },
    { idea: 'send everything to one worker', source: withCost('return worker.id;') },
  ];
  const script = workspace.write('proposals.jsonl', proposals.map((each) => JSON.stringify(each)).join('\n'));
  const exclude = path.join(workspace.folder, '.git/info/exclude');
  writeFileSync(exclude, 'proposals.jsonl\n');

  it('keeps the one good edit and names the reason of every other verdict', () => {
    const { exitCode } = start(
      workspace,
      'script',
      '--proposer',
      `script:${script}`,
      '--attempts',
      '20',
      '--deadline-seconds',
      '3',
    );
    expect(exitCode).toBe(0);
    const verdicts = readFileSync(journalOf(workspace, 'script'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter((record) => record.kind === 'verdict' && record.attempt > 0);
    expect(verdicts.map(({ verdict, cause }) => `${verdict}: ${cause}`)).toEqual([
      'kept: better',
      'discarded: not-applied',
      'discarded: build-failed',
      'discarded: policy-error',
      'discarded: policy-error',
      'discarded: policy-error',
      'discarded: rejected',
      // The file as a whole was written against the seed policy: only the edit builds on the incumbent.
      expect.stringMatching(/^discarded: (no-op|not-applied)$/),
      'discarded: rejected',
      'discarded: not-better',
    ]);
    for (const { reason } of verdicts) expect(reason.length).toBeGreaterThan(10);
  });

  it('says where it stands and ends when the script does', () => {
    const [status] = JSON.parse(workspace.run('status', 'script', '--json').stdout).runs;
    expect(status).toMatchObject({ state: 'finished', attempts: 10, kept: 1 });
    expect(status.reason).toContain('nothing more to propose');
  });
});

describe('a seed policy that fails', () => {
  it('ends the run at once with the message of the child', () => {
    const workspace = createWorkspace();
    const policy = path.join(workspace.folder, 'policies/router/policy.ts');
    writeFileSync(
      policy,
      readFileSync(policy, 'utf8').replace(
        'return Math.max',
        "throw new Error('broken seed'); return Math.max",
      ),
    );
    workspace.git('commit', '--quiet', '-am', 'break it');
    const { exitCode, stderr } = start(workspace, 'broken', '--attempts', '3');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('broken seed');
    expect(readFileSync(journalOf(workspace, 'broken'), 'utf8')).not.toContain('"attempt":1');
  });
});

describe('bad input', () => {
  const workspace = createWorkspace();
  const failing = (...args: string[]) => {
    const { exitCode, stderr } = workspace.run(...args);
    expect(exitCode).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(path.join(workspace.folder, 'runs'))).toBe(false);
    return stderr;
  };
  const startWith = (...args: string[]) => failing('start', '--target', 'router', ...args);

  it.each([
    ['a missing file', ['--trace', 'no-such.jsonl'], 'no-such.jsonl'],
    ['an unknown flag', ['--tracee', 'x'], '--tracee'],
    ['an unknown proposer', ['--proposer', 'oracle'], 'mutator'],
    ['a script that is not there', ['--proposer', 'script:none.jsonl'], 'none.jsonl'],
    ['attempts that are no number', ['--attempts', 'many'], '--attempts'],
    ['a run name that is a path', ['--run', '../up'], 'run name'],
    ['an unknown engine', ['--engine', 'abacus'], 'polynomial'],
  ])('%s: one line, exit code 2, nothing written', (_what, args, named) => {
    expect(startWith(...args)).toContain(named);
  });

  it.each([
    ['an empty trace', '', 'empty.jsonl'],
    [
      'a negative length',
      '{"timestamp":0,"input_length":-3,"output_length":1,"hash_ids":[1]}\n',
      'bad.jsonl:1',
    ],
    [
      'a line that is not JSON',
      '{"timestamp":0,"input_length":3,"output_length":1,"hash_ids":[1]}\nhello\n',
      'bad.jsonl:2',
    ],
  ])('%s: names the file and the line', (_what, text, named) => {
    const file = named.split(':')[0] as string;
    workspace.write(file, text);
    expect(startWith('--trace', file)).toContain(named);
    rmSync(path.join(workspace.folder, file));
  });

  it('an unknown target lists the known ones', () => {
    expect(failing('start', '--target', 'toaster')).toContain('router');
  });

  it('uncommitted changes below the policy folder are named', () => {
    const policy = path.join(workspace.folder, 'policies/router/policy.ts');
    const committed = readFileSync(policy, 'utf8');
    writeFileSync(policy, `${committed}\n`);
    expect(startWith('--trace', workspace.trace)).toContain('policies/router/policy.ts');
    writeFileSync(policy, committed);
  });

  it('a runs folder that cannot be written is named', () => {
    const runs = path.join(workspace.folder, 'runs');
    writeFileSync(runs, 'in the way');
    const { exitCode, stderr } = workspace.run('start', '--target', 'router', '--trace', workspace.trace);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('runs');
    rmSync(runs);
  });

  it('a folder outside any repository is refused', () => {
    rmSync(path.join(workspace.folder, '.git'), { recursive: true });
    expect(startWith('--trace', workspace.trace)).toContain('git');
  });
});
