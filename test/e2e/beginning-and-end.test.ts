import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace, type Workspace } from './workspace.ts';

const journalOf = (workspace: Workspace, run: string) =>
  path.join(workspace.folder, 'runs', run, 'journal.jsonl');

function start(workspace: Workspace, run: string, ...more: string[]) {
  return workspace.run('start', '--target', 'router', '--trace', workspace.trace, '--run', run, ...more);
}

function recordsOf(workspace: Workspace, run: string) {
  const lines = readFileSync(journalOf(workspace, run), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

/** A script of whole policies, each with its own cost. */
function scriptOf(workspace: Workspace, sources: readonly string[]): string {
  const lines = sources.map((source, index) => JSON.stringify({ idea: `policy ${index + 1}`, source }));
  writeFileSync(path.join(workspace.folder, '.git/info/exclude'), '*.jsonl\n');
  return `script:${workspace.write('proposals.jsonl', lines.join('\n'))}`;
}

const policy = (setup: string, cost = 'worker.inFlight') =>
  `export default function create(init) { ${setup}; return { router: { cost(req, worker) { return ${cost}; } } }; }`;

describe('a run with hostile proposals', () => {
  it('discards them one by one and goes on', () => {
    const workspace = createWorkspace();
    const proposer = scriptOf(workspace, [
      policy('Math.max = () => 0; Math.ceil = () => 0; Math.floor = () => 0'),
      policy('const key = ["constr", "uctor"].join("")', 'init.engine.prefillMs[key]("return 1")()'),
      policy('globalThis.n = (globalThis.n ?? 0) + 1'),
      policy('', 'Math.random()'),
      policy('', 'worker.queuedTokens / 512 + worker.inFlight + (Date.now() % 2)'),
      policy('', 'worker.id'),
    ]);
    const { exitCode } = start(workspace, 'hostile', '--proposer', proposer, '--attempts', '6');
    expect(exitCode).toBe(0);
    const verdicts = recordsOf(workspace, 'hostile').filter(
      ({ kind, attempt }) => kind === 'verdict' && attempt > 0,
    );
    expect(verdicts.map(({ cause }) => cause)).toEqual([
      'rejected',
      'policy-error',
      'rejected',
      'rejected',
      'rejected',
      'not-better',
    ]);
  });
});

describe('a keep', () => {
  const workspace = createWorkspace();

  it('was measured twice on both splits', () => {
    const seed = readFileSync(path.join(workspace.folder, 'policies/router/policy.ts'), 'utf8');
    const proposer = scriptOf(workspace, [
      seed.replaceAll('worker.activeBlocks', 'worker.queuedTokens / req.blockSize'),
    ]);
    expect(start(workspace, 'kept', '--proposer', proposer, '--attempts', '1').stdout).toMatch(
      /^kept finished: the one attempt was made; 1 kept of 1 attempt$/m,
    );
    const rounds = recordsOf(workspace, 'kept')
      .filter(({ kind, policy }) => kind === 'evaluation' && policy === 1)
      .map(({ split, round, decisionHash }) => ({ split, round, decisionHash }));
    expect(rounds.map(({ split, round }) => `${split} ${round}`)).toEqual([
      'train 1',
      'validation 1',
      'train 2',
      'validation 2',
    ]);
    expect(rounds.slice(2).map(({ decisionHash }) => decisionHash)).toEqual(
      rounds.slice(0, 2).map(({ decisionHash }) => decisionHash),
    );
  });

  it('of a finished run is told again without its trace and without a word in the journal', () => {
    const before = readFileSync(journalOf(workspace, 'kept'));
    renameSync(workspace.trace, `${workspace.trace}.away`);
    const { exitCode, stdout } = workspace.run('resume', 'kept');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^kept finished: the one attempt was made; 1 kept of 1 attempt\nbest: attempt 1, /,
    );
    expect(readFileSync(journalOf(workspace, 'kept'))).toEqual(before);
  });
});

describe('a script that is exhausted at once', () => {
  it('still leaves every baseline measured', () => {
    const workspace = createWorkspace();
    const proposer = scriptOf(workspace, [policy('', 'worker.id')]);
    const { exitCode } = start(workspace, 'short', '--proposer', proposer, '--attempts', '5');
    expect(exitCode).toBe(0);
    const measured = new Set(recordsOf(workspace, 'short').map(({ policy }) => policy));
    expect([...measured]).toEqual(expect.arrayContaining(['kv-default', 'round-robin', 'predicted-latency']));
  });
});

describe('an interrupted run', () => {
  it('goes on without its trace once its scenarios are cut', () => {
    const workspace = createWorkspace();
    start(workspace, 'cut', '--attempts', '2');
    const journal = journalOf(workspace, 'cut');
    const lines = readFileSync(journal, 'utf8').trim().split('\n');
    writeFileSync(journal, `${lines.slice(0, 8).join('\n')}\n`);
    rmSync(workspace.trace);
    expect(workspace.run('resume', 'cut').exitCode).toBe(0);
    expect(recordsOf(workspace, 'cut').at(-1)).toMatchObject({ kind: 'checkpoint', event: 'finished' });
  });
});

describe('a start that fails', () => {
  it('on the branch leaves no run, no branch and no folder behind', () => {
    const workspace = createWorkspace();
    workspace.git('branch', 'autoresearch/router');
    const { exitCode, stderr } = start(workspace, 'first', '--attempts', '1');
    expect(exitCode).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(path.join(workspace.folder, 'runs'))).toBe(false);
    expect(workspace.git('branch', '--list', '--format=%(refname:short)')).toBe('autoresearch/router\ntrunk');
    workspace.git('branch', '-D', 'autoresearch/router');
    expect(start(workspace, 'first', '--attempts', '1').exitCode).toBe(0);
  });

  it('leaves the other runs alone', () => {
    const workspace = createWorkspace();
    mkdirSync(path.join(workspace.folder, 'runs/notes'), { recursive: true });
    writeFileSync(path.join(workspace.folder, 'runs/notes/mine.txt'), 'mine');
    workspace.git('branch', 'autoresearch/router');
    expect(start(workspace, 'first', '--attempts', '1').exitCode).toBe(2);
    expect(readdirSync(path.join(workspace.folder, 'runs'))).toEqual(['notes']);
  });
});

describe('what stands in the way of runs', () => {
  const workspace = createWorkspace();

  it('is named when it is a file', () => {
    const runs = workspace.write('runs', 'in the way');
    for (const args of [
      ['status'],
      ['leaderboard'],
      ['start', '--target', 'router', '--trace', workspace.trace],
    ]) {
      expect(workspace.run(...args)).toMatchObject({
        exitCode: 2,
        stderr: `autoresearch: ${runs}: a file where the folder of the runs belongs; move it away`,
      });
    }
    rmSync(runs);
  });

  it.runIf(process.getuid?.() !== 0)('is to be made readable when it is a journal without permission', () => {
    start(workspace, 'secret', '--attempts', '1');
    chmodSync(journalOf(workspace, 'secret'), 0);
    expect(workspace.run('status', 'secret').stderr).toContain('no permission; make it readable');
  });
});

describe.runIf(existsSync('/usr/bin/script'))('on a terminal', () => {
  it('the result begins on a line of its own', () => {
    const workspace = createWorkspace();
    const command = `node ${workspace.cli} start --target router --trace ${workspace.trace} --attempts 2 --run tty`;
    const printed = execFileSync('/usr/bin/script', ['-qec', command, '/dev/null'], {
      cwd: workspace.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ERASED = '\r\u001b[K';
    const [before = ''] = printed.split('tty finished: ');
    expect(before).not.toBe(printed);
    expect(before.endsWith(ERASED) || before.endsWith('\n')).toBe(true);
  });
});
