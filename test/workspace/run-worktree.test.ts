import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRunFolder } from '../../src/store/run-folder.ts';
import {
  discardRunWorktree,
  openRunWorktree,
  requireFreeBranch,
  type WorktreeLocation,
} from '../../src/workspace/run-worktree.ts';
import { POLICY, type TemporaryRepository, temporaryRepository } from './temporary-repository.ts';

const BRANCH = 'autoresearch/router/r';

function locationIn({ root, git }: TemporaryRepository): WorktreeLocation {
  const { worktree: folder } = createRunFolder(join(root, 'runs'), 'r');
  return { repository: { root }, target: 'router', run: 'r', folder, base: git('rev-parse', 'HEAD').trim() };
}

function policyCommit(attempt: number) {
  const trailers = [
    ['Autoresearch-Run', 'r'],
    ['Attempt', String(attempt)],
  ] as const;
  return { path: POLICY, source: `policy ${attempt}\n`, subject: `idea ${attempt}`, trailers };
}

/** Everything of the user's that a run must leave alone. */
function usersState({ root, git }: TemporaryRepository) {
  return {
    head: readFileSync(join(root, '.git', 'HEAD'), 'utf8'),
    index: readFileSync(join(root, '.git', 'index')),
    config: readFileSync(join(root, '.git', 'config'), 'utf8'),
    status: git('--no-optional-locks', 'status', '--porcelain', '--untracked-files=all'),
    stash: git('stash', 'list'),
    main: git('rev-parse', 'main'),
    policy: readFileSync(join(root, POLICY), 'utf8'),
  };
}

describe('a run that could not begin', () => {
  it('takes its worktree and branch back', async () => {
    const repository = temporaryRepository();
    const location = locationIn(repository);
    await openRunWorktree(location);
    await discardRunWorktree(location);
    expect(repository.git('branch', '--list', BRANCH)).toBe('');
    expect(repository.git('worktree', 'list').trim().split('\n')).toHaveLength(1);
    await discardRunWorktree(location);
  });

  it('leaves a branch that has commits of its own', async () => {
    const repository = temporaryRepository();
    const location = locationIn(repository);
    await (await openRunWorktree(location)).commitPolicy(policyCommit(1));
    await discardRunWorktree(location);
    expect(repository.git('branch', '--list', BRANCH)).toContain(BRANCH);
  });
});

describe("a run's worktree", () => {
  it('leaves the checkout, index, stash and branch of the user alone', async () => {
    const repository = temporaryRepository();
    repository.write('other.txt', 'stashed\n');
    repository.git('stash', '-q');
    repository.write('other.txt', 'staged\n');
    repository.git('add', 'other.txt');
    repository.write('other.txt', 'edited\n');
    repository.write('untracked.txt', 'mine\n');
    const before = usersState(repository);

    const worktree = await openRunWorktree(locationIn(repository));
    await worktree.commitPolicy(policyCommit(1));
    expect(usersState(repository)).toEqual(before);
    expect(readFileSync(join(worktree.folder, 'other.txt'), 'utf8')).toBe('other\n');
  });

  it('begins at the commit of a detached HEAD', async () => {
    const repository = temporaryRepository();
    repository.git('commit', '-q', '--allow-empty', '-m', 'second');
    repository.git('checkout', '-q', '--detach', 'HEAD~1');
    const location = locationIn(repository);
    await openRunWorktree(location);
    expect(repository.git('rev-parse', BRANCH).trim()).toBe(location.base);
    expect(readFileSync(join(repository.root, '.git', 'HEAD'), 'utf8').trim()).toBe(location.base);
  });

  it("commits one file as autoresearch, whatever the user's name, hooks and signing are", async () => {
    const repository = temporaryRepository();
    const hooks = join(dirname(repository.root), 'hooks');
    mkdirSync(hooks);
    for (const hook of [
      'pre-commit',
      'commit-msg',
      'post-commit',
      'post-checkout',
      'reference-transaction',
    ]) {
      writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch "${hooks}/ran-${hook}"\nexit 1\n`);
      chmodSync(join(hooks, hook), 0o755);
    }
    repository.git('config', 'core.hooksPath', hooks);
    repository.git('config', 'commit.gpgSign', 'true');
    repository.git('config', 'gpg.program', '/bin/false');
    repository.git('config', 'core.autocrlf', 'true');
    repository.git('config', 'commit.cleanup', 'strip');

    const worktree = await openRunWorktree(locationIn(repository));
    writeFileSync(join(worktree.folder, 'stray.txt'), 'not part of it\n');
    const commit = await worktree.commitPolicy({
      ...policyCommit(1),
      source: 'line\r\n',
      subject: '# not a comment',
    });

    const format = '--format=%an|%ae|%cn|%ce|%s';
    expect(repository.git('log', '-1', format, commit).trim()).toBe(
      'autoresearch|autoresearch@localhost|autoresearch|autoresearch@localhost|# not a comment',
    );
    expect(repository.git('show', '--format=', '--name-only', commit).trim()).toBe(POLICY);
    expect(repository.git('cat-file', 'blob', `${commit}:${POLICY}`)).toBe('line\r\n');
    expect(existsSync(join(hooks, 'ran-pre-commit')) || existsSync(join(hooks, 'ran-post-checkout'))).toBe(
      false,
    );
    expect(existsSync(join(hooks, 'ran-reference-transaction'))).toBe(false);
  });

  it('lists its commits with their trailers, oldest first, and nothing that is not its own', async () => {
    const repository = temporaryRepository();
    const worktree = await openRunWorktree(locationIn(repository));
    await worktree.commitPolicy(policyCommit(2));
    repository.git('-C', worktree.folder, 'commit', '-q', '--allow-empty', '-m', 'by hand\n\nAttempt: 3');
    await worktree.commitPolicy({ ...policyCommit(3), subject: 'Attempt: 9\n\nAttempt: 9' });
    expect((await worktree.commits()).map(({ subject, trailers }) => [subject, ...trailers])).toEqual([
      ['idea 2', ['Autoresearch-Run', 'r'], ['Attempt', '2']],
      ['Attempt: 9 Attempt: 9', ['Autoresearch-Run', 'r'], ['Attempt', '3']],
    ]);
  });

  it('commits an attempt once, however often it is asked to', async () => {
    const repository = temporaryRepository();
    const location = locationIn(repository);
    const worktree = await openRunWorktree(location);
    const commit = await worktree.commitPolicy(policyCommit(1));
    const later = await worktree.commitPolicy(policyCommit(2));
    expect(await worktree.commitPolicy(policyCommit(1))).toBe(commit);
    expect(await (await openRunWorktree(location)).commitPolicy(policyCommit(1))).toBe(commit);
    expect(repository.git('rev-parse', BRANCH).trim()).toBe(later);
  });

  it('records an attempt even when its policy is what is there already', async () => {
    const repository = temporaryRepository();
    const worktree = await openRunWorktree(locationIn(repository));
    await worktree.commitPolicy({ ...policyCommit(1), source: 'seed\n' });
    expect(await worktree.commits()).toHaveLength(1);
  });

  it('mends what a git command that was killed left behind', async () => {
    const repository = temporaryRepository();
    const location = locationIn(repository);
    const worktree = await openRunWorktree(location);
    writeFileSync(join(worktree.folder, POLICY), 'half a pol');
    repository.git('-C', worktree.folder, 'add', POLICY);
    const gitFolder = repository.git('-C', worktree.folder, 'rev-parse', '--absolute-git-dir').trim();
    writeFileSync(join(gitFolder, 'index.lock'), '');
    writeFileSync(join(gitFolder, 'HEAD.lock'), '');
    writeFileSync(join(repository.root, '.git', 'refs', 'heads', `${BRANCH}.lock`), '');

    await (await openRunWorktree(location)).commitPolicy(policyCommit(1));
    expect(repository.git('show', `${BRANCH}:${POLICY}`)).toBe('policy 1\n');
    expect(repository.git('-C', worktree.folder, 'status', '--porcelain')).toBe('');
  });

  it("does not touch a lock in the user's own git folder", async () => {
    const repository = temporaryRepository();
    const lock = join(repository.root, '.git', 'index.lock');
    writeFileSync(lock, '');
    const worktree = await openRunWorktree(locationIn(repository));
    await worktree.commitPolicy(policyCommit(1));
    expect(existsSync(lock)).toBe(true);
  });

  it.each<[string, (folder: string, repository: TemporaryRepository) => void]>([
    ['deleted', (folder) => rmSync(folder, { recursive: true })],
    [
      'emptied',
      (folder) => {
        rmSync(folder, { recursive: true });
        mkdirSync(folder);
      },
    ],
    [
      'forgotten by git',
      (folder, { root }) => {
        rmSync(join(root, '.git', 'worktrees'), { recursive: true });
        expect(existsSync(folder)).toBe(true);
      },
    ],
    [
      'cut short while it was made',
      (folder, { git }) => {
        writeFileSync(
          join(git('-C', folder, 'rev-parse', '--absolute-git-dir').trim(), 'locked'),
          'initializing',
        );
        rmSync(join(folder, 'other.txt'));
      },
    ],
    [
      'pruned',
      (folder, { git }) => {
        rmSync(folder, { recursive: true });
        git('worktree', 'prune');
      },
    ],
  ])('is attached again when its folder was %s, with its commits', async (_what, damage) => {
    const repository = temporaryRepository();
    const location = locationIn(repository);
    await (await openRunWorktree(location)).commitPolicy(policyCommit(1));
    damage(location.folder, repository);

    const worktree = await openRunWorktree(location);
    await worktree.commitPolicy(policyCommit(2));
    expect((await worktree.commits()).map((commit) => commit.trailers.get('Attempt'))).toEqual(['1', '2']);
    expect(repository.git('-C', location.folder, 'status', '--porcelain')).toBe('');
  });

  it('follows a repository that was moved', async () => {
    const repository = temporaryRepository();
    const location = locationIn(repository);
    await (await openRunWorktree(location)).commitPolicy(policyCommit(1));
    const moved = join(dirname(repository.root), 'moved');
    renameSync(repository.root, moved);
    const worktree = await openRunWorktree({
      ...location,
      repository: { root: moved },
      folder: location.folder.replace(repository.root, moved),
    });
    await worktree.commitPolicy(policyCommit(2));
    expect(await worktree.commits()).toHaveLength(2);
  });

  it("leaves the user's own worktrees alone, even one whose folder is away", async () => {
    const repository = temporaryRepository();
    const away = join(dirname(repository.root), 'on a removable disk');
    repository.git('worktree', 'add', '-q', '-b', 'mine', away);
    rmSync(away, { recursive: true });
    const location = locationIn(repository);
    await openRunWorktree(location);
    rmSync(location.folder, { recursive: true });
    await openRunWorktree(location);
    expect(repository.git('worktree', 'list')).toContain('[mine]');
  });

  it('does not take its branch from a checkout that has it', async () => {
    const repository = temporaryRepository();
    const location = locationIn(repository);
    await openRunWorktree(location);
    rmSync(location.folder, { recursive: true });
    repository.git('worktree', 'prune');
    repository.git('checkout', '-q', BRANCH);
    await expect(openRunWorktree(location)).rejects.toThrow(
      `checked out in ${repository.root}; switch that checkout`,
    );
  });

  it('says so when it was switched to something else', async () => {
    const repository = temporaryRepository();
    const location = locationIn(repository);
    await openRunWorktree(location);
    repository.git('-C', location.folder, 'switch', '-q', '-c', 'experiment');
    await expect(openRunWorktree(location)).rejects.toThrow(
      `was switched to experiment; run \`git switch ${BRANCH}\` there`,
    );
  });

  it('needs a branch that no earlier run has', async () => {
    const repository = temporaryRepository();
    const location = locationIn(repository);
    await requireFreeBranch(location);
    await openRunWorktree(location);
    await expect(requireFreeBranch(location)).rejects.toThrow(
      `branch ${BRANCH} exists already; choose another --run`,
    );
  });

  it('has every attempt exactly once after its process was killed at any instant', async () => {
    const repository = temporaryRepository();
    const location = locationIn(repository);
    const attempts = [1, 2, 3, 4, 5, 6];
    const script = `
      import { openRunWorktree } from ${JSON.stringify(resolve('src/workspace/run-worktree.ts'))};
      const { location, commits } = JSON.parse(process.argv[1]);
      console.log('ready');
      const worktree = await openRunWorktree(location);
      for (const commit of commits) await worktree.commitPolicy(commit);
    `;
    const input = JSON.stringify({ location, commits: attempts.map(policyCommit) });
    for (const delayMs of [10, 60, 120, 180, 240, 300, 360]) {
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, input], {
        detached: true,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exit = once(child, 'exit');
      await once(child.stdout, 'data');
      await new Promise((done) => setTimeout(done, delayMs));
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      await exit;
    }
    const worktree = await openRunWorktree(location);
    for (const attempt of attempts) await worktree.commitPolicy(policyCommit(attempt));
    expect((await worktree.commits()).map((commit) => Number(commit.trailers.get('Attempt')))).toEqual(
      attempts,
    );
    expect(repository.git('show', `${BRANCH}:${POLICY}`)).toBe('policy 6\n');
    expect(repository.git('show', `${BRANCH}:other.txt`)).toBe('other\n');
    expect(repository.git('status', '--porcelain')).toBe('');
  });
});
