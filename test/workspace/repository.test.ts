import { mkdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { UserError } from '../../harness/index.ts';
import {
  branchesBelow,
  currentBranch,
  dirtyFiles,
  fileAtCommit,
  findRepository,
  headCommit,
  repositoryPath,
} from '../../src/workspace/repository.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { emptyRepository, POLICY, temporaryRepository } from './temporary-repository.ts';

describe('a repository', () => {
  it('is found from a folder inside it', async () => {
    const { root, git } = temporaryRepository();
    const repository = await findRepository(join(root, 'policies', 'router'));
    expect(repository.root).toBe(root);
    expect(await headCommit(repository)).toBe(git('rev-parse', 'HEAD').trim());
    expect(await currentBranch(repository)).toBe('main');
  });

  it('is the one around the folder, whatever repository the environment names', async () => {
    const elsewhere = temporaryRepository();
    const { root } = temporaryRepository();
    vi.stubEnv('GIT_DIR', join(elsewhere.root, '.git'));
    vi.stubEnv('GIT_WORK_TREE', elsewhere.root);
    vi.stubEnv('EDITOR', 'vi');
    expect((await findRepository(root)).root).toBe(root);
  });

  it('is missing: one line that says what to do', async () => {
    const folder = temporaryFolder();
    await expect(findRepository(folder)).rejects.toThrow(
      `${folder}: not in a git repository; run \`git init\``,
    );
    await expect(findRepository(folder)).rejects.toBeInstanceOf(UserError);
    await expect(findRepository(join(folder, 'absent'))).rejects.toThrow('no such folder; check the path');
  });

  it('without a commit is refused', async () => {
    const { root } = emptyRepository();
    const repository = await findRepository(root);
    await expect(headCommit(repository)).rejects.toThrow(`${root}: no commit yet; commit your files first`);
  });

  it('needs git', async () => {
    const { root } = temporaryRepository();
    vi.stubEnv('PATH', temporaryFolder());
    await expect(findRepository(root)).rejects.toThrow('git was not found: install it');
  });

  it('without files is refused', async () => {
    const { root, git } = temporaryRepository();
    git('clone', '-q', '--bare', '.', 'bare.git');
    await expect(findRepository(join(root, 'bare.git'))).rejects.toThrow('a git repository without files');
  });

  it('has no current branch on a detached HEAD', async () => {
    const { root, git } = temporaryRepository();
    git('checkout', '-q', '--detach');
    expect(await currentBranch({ root })).toBeUndefined();
  });

  it('lists the branches below a prefix', async () => {
    const { root, git } = temporaryRepository();
    git('branch', 'autoresearch/router/a');
    git('branch', 'autoresearch/router-old');
    expect(await branchesBelow({ root }, 'autoresearch/router/')).toEqual(['autoresearch/router/a']);
  });
});

describe('dirty files', () => {
  it('are those that differ from the last commit below a folder, ignored ones aside', async () => {
    const { root, git, write } = temporaryRepository();
    write('policies/kept.ts', 'kept\n');
    write('.gitignore', '*.log\n');
    git('add', '.');
    git('commit', '-q', '-m', 'second');
    expect(await dirtyFiles({ root }, '.')).toEqual([]);

    write(POLICY, 'changed\n');
    write('policies/staged.ts', 'new\n');
    git('add', 'policies/staged.ts');
    write('policies/a b/ü\n.ts', 'untracked\n');
    write('policies/x.log', 'ignored\n');
    rmSync(join(root, 'policies/kept.ts'));
    write('other.txt', 'outside the folder\n');
    expect(await dirtyFiles({ root }, 'policies')).toEqual([
      { status: ' D', path: 'policies/kept.ts' },
      { status: ' M', path: POLICY },
      { status: 'A ', path: 'policies/staged.ts' },
      { status: '??', path: 'policies/a b/ü\n.ts' },
    ]);
  });

  it('are found without writing to the index', async () => {
    const { root } = temporaryRepository();
    const index = join(root, '.git', 'index');
    utimesSync(join(root, 'other.txt'), 1, 1);
    const before = { bytes: readFileSync(index), mtimeMs: statSync(index).mtimeMs };
    expect(await dirtyFiles({ root }, '.')).toEqual([]);
    expect({ bytes: readFileSync(index), mtimeMs: statSync(index).mtimeMs }).toEqual(before);
  });

  it('take a path as it is written, not as a pattern', async () => {
    const { root, write } = temporaryRepository();
    write('policies/a.ts', '');
    expect(await dirtyFiles({ root }, 'policies/*')).toEqual([]);
  });
});

describe('a file at a commit', () => {
  it('has the content it had then, byte for byte', async () => {
    const { root, git, write } = temporaryRepository();
    const first = git('rev-parse', 'HEAD').trim();
    write(POLICY, '  ünïcode, no final newline');
    git('commit', '-q', '-a', '-m', 'second');
    expect(await fileAtCommit({ root }, first, POLICY)).toBe('seed\n');
    expect(await fileAtCommit({ root }, 'HEAD', POLICY)).toBe('  ünïcode, no final newline');
  });

  it('is undefined for a path that is no file of that commit', async () => {
    const { root } = temporaryRepository();
    expect(await fileAtCommit({ root }, 'HEAD', 'policies/none.ts')).toBeUndefined();
    expect(await fileAtCommit({ root }, 'HEAD', 'policies')).toBeUndefined();
  });
});

describe('a path inside the repository', () => {
  it('is relative to its top, with slashes, for files that exist or are to be made', () => {
    const { root } = temporaryRepository();
    expect(repositoryPath({ root }, join(root, POLICY))).toBe(POLICY);
    expect(repositoryPath({ root }, join(root, 'policies', 'new.ts'))).toBe('policies/new.ts');
    expect(repositoryPath({ root }, root)).toBe('.');
    mkdirSync(join(root, '..odd'));
    expect(repositoryPath({ root }, join(root, '..odd'))).toBe('..odd');
  });

  it('is a user error when it is outside', () => {
    const { root } = temporaryRepository();
    expect(() => repositoryPath({ root }, temporaryFolder())).toThrow(
      /outside the repository .*use a file inside it/,
    );
  });
});
