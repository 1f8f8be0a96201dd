import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { UserError } from '../../harness/index.ts';
import { type Acceptance, acceptPolicy } from '../../src/workspace/accept-policy.ts';
import { POLICY, type TemporaryRepository, temporaryRepository } from './temporary-repository.ts';

function acceptanceIn({ root, git }: TemporaryRepository): Acceptance {
  return {
    repository: { root },
    path: POLICY,
    source: 'better\n',
    base: git('rev-parse', 'HEAD').trim(),
    subject: 'Prefer idle workers',
    trailers: [['Attempt', '7']],
  };
}

async function refusal({ git, root }: TemporaryRepository, acceptance: Acceptance): Promise<string> {
  const state = () => ({
    log: git('log', '--all', '--format=%H'),
    status: git('status', '--porcelain'),
    diff: git('diff', 'HEAD'),
    policy: readFileSync(join(root, POLICY), 'utf8'),
  });
  const before = state();
  const error = await acceptPolicy(acceptance).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  expect(state()).toEqual(before);
  return (error as UserError).message;
}

describe('accepting a policy', () => {
  it("makes one commit on the current branch under the user's name and says how to take it back", async () => {
    const repository = temporaryRepository();
    chmodSync(join(repository.root, POLICY), 0o644);
    const accepted = await acceptPolicy(acceptanceIn(repository));
    expect(accepted.branch).toBe('main');
    expect(accepted.commit).toBe(repository.git('rev-parse', 'main').trim());
    expect(repository.git('log', '-1', '--format=%an <%ae>|%cn|%B', 'main')).toBe(
      'Ada <ada@example.org>|Ada|Prefer idle workers\n\nAttempt: 7\n\n',
    );
    expect(repository.git('show', '--format=', '--name-only').trim()).toBe(POLICY);
    expect(readFileSync(join(repository.root, POLICY), 'utf8')).toBe('better\n');
    expect(repository.git('status', '--porcelain')).toBe('');

    repository.git(...accepted.revert.split(' ').slice(1), '--no-edit');
    expect(readFileSync(join(repository.root, POLICY), 'utf8')).toBe('seed\n');
  });

  it('leaves what else is staged staged, and what is edited edited', async () => {
    const repository = temporaryRepository();
    const acceptance = acceptanceIn(repository);
    repository.write('other.txt', 'staged\n');
    repository.write('new.txt', 'staged too\n');
    repository.git('add', '.');
    repository.write('other.txt', 'edited\n');
    const { commit } = await acceptPolicy(acceptance);
    expect(repository.git('show', '--format=', '--name-only', commit).trim()).toBe(POLICY);
    expect(repository.git('status', '--porcelain')).toBe('A  new.txt\nMM other.txt\n');
    expect(repository.git('show', ':other.txt')).toBe('staged\n');
  });

  it('uses the identity of the environment before that of the configuration', async () => {
    const repository = temporaryRepository();
    vi.stubEnv('GIT_AUTHOR_NAME', 'Grace');
    await acceptPolicy(acceptanceIn(repository));
    expect(repository.git('log', '-1', '--format=%an|%ae|%cn').trim()).toBe('Grace|ada@example.org|Ada');
  });

  it('is done by autoresearch where git knows no user', async () => {
    const repository = temporaryRepository();
    rmSync(join(dirname(repository.root), '.gitconfig'));
    await acceptPolicy(acceptanceIn(repository));
    expect(repository.git('log', '-1', '--format=%an <%ae>').trim()).toBe(
      'autoresearch <autoresearch@localhost>',
    );
  });

  it('keeps the mode of the file', async () => {
    const repository = temporaryRepository();
    chmodSync(join(repository.root, POLICY), 0o755);
    repository.git('commit', '-q', '-a', '-m', 'executable');
    await acceptPolicy(acceptanceIn(repository));
    expect(statSync(join(repository.root, POLICY)).mode & 0o111).not.toBe(0);
  });

  it('is possible when other files moved on since the run began', async () => {
    const repository = temporaryRepository();
    const acceptance = acceptanceIn(repository);
    repository.write('other.txt', 'moved on\n');
    repository.git('commit', '-q', '-a', '-m', 'elsewhere');
    await acceptPolicy(acceptance);
    expect(readFileSync(join(repository.root, POLICY), 'utf8')).toBe('better\n');
  });

  it('is refused on a detached HEAD', async () => {
    const repository = temporaryRepository();
    repository.git('checkout', '-q', '--detach');
    expect(await refusal(repository, acceptanceIn(repository))).toMatch(
      /HEAD is detached.*git switch BRANCH/,
    );
  });

  it('is refused when the file changed in a commit since the run began', async () => {
    const repository = temporaryRepository();
    const acceptance = acceptanceIn(repository);
    repository.write(POLICY, 'theirs\n');
    repository.git('commit', '-q', '-a', '-m', 'theirs');
    expect(await refusal(repository, acceptance)).toMatch(
      /changed on main since the run began; compare with `git diff/,
    );
  });

  it.each<[string, (repository: TemporaryRepository) => void]>([
    ['edited', ({ write }) => write(POLICY, 'mine\n')],
    [
      'staged',
      ({ git, write }) => {
        write(POLICY, 'mine\n');
        git('add', POLICY);
      },
    ],
    [
      'staged and put back',
      ({ git, write }) => {
        write(POLICY, 'mine\n');
        git('add', POLICY);
        write(POLICY, 'seed\n');
      },
    ],
  ])('is refused when the file is %s', async (_what, change) => {
    const repository = temporaryRepository();
    const acceptance = acceptanceIn(repository);
    change(repository);
    expect(await refusal(repository, acceptance)).toMatch(
      /has changes that are not committed; commit them or `git restore/,
    );
  });

  it('is refused when the file is not in the repository', async () => {
    const repository = temporaryRepository();
    repository.write('policies/new.ts', 'new\n');
    expect(await refusal(repository, { ...acceptanceIn(repository), path: 'policies/new.ts' })).toMatch(
      /changed on main/,
    );
  });

  it('is refused when there is nothing to change', async () => {
    const repository = temporaryRepository();
    expect(await refusal(repository, { ...acceptanceIn(repository), source: 'seed\n' })).toMatch(
      /already is this policy/,
    );
  });

  it('changes nothing when git refuses the commit', async () => {
    const repository = temporaryRepository();
    repository.git('checkout', '-q', '-b', 'theirs');
    repository.write('other.txt', 'theirs\n');
    repository.git('commit', '-q', '-a', '-m', 'theirs');
    repository.git('checkout', '-q', 'main');
    repository.git('merge', '-q', '--no-commit', '--no-ff', 'theirs');
    expect(await refusal(repository, acceptanceIn(repository))).toMatch(/git commit failed .*merge/);
  });

  it('changes nothing while another git holds the index', async () => {
    const repository = temporaryRepository();
    const acceptance = acceptanceIn(repository);
    const lock = join(repository.root, '.git', 'index.lock');
    writeFileSync(lock, '');
    const message = await acceptPolicy(acceptance).catch((error: Error) => error.message);
    rmSync(lock);
    expect(message).toMatch(/index.lock/);
    expect(repository.git('status', '--porcelain')).toBe('');
  });
});
