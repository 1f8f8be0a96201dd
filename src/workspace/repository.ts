import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { UserError } from '../../harness/index.ts';
import { type Git, GitError, openGit } from './git.ts';

/** A git repository of the user's. Everything here only reads it. */
export interface Repository {
  /** Absolute path of the checkout's top folder, symbolic links resolved. */
  readonly root: string;
}

/** A file that differs from the last commit: `status` is git's two letters (index, checkout), `??` = untracked. */
export interface DirtyFile {
  readonly path: string;
  readonly status: string;
}

/** The repository around a folder. A UserError when there is none, or when git is not installed. */
export async function findRepository(folder: string): Promise<Repository> {
  try {
    return { root: withoutNewline(await openGit(folder)('rev-parse', '--show-toplevel')) };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    if (/not a git repository/.test(error.stderr))
      throw new UserError(`${folder}: not in a git repository; run \`git init\` and commit your files first`);
    if (/dubious ownership/.test(error.stderr))
      throw new UserError(
        `${folder}: git refuses it because another user owns it; run \`git config --global --add safe.directory ${folder}\``,
      );
    if (/must be run in a work tree/.test(error.stderr))
      throw new UserError(`${folder}: a git repository without files; run this in a checkout of it`);
    throw error;
  }
}

/** The commit that is checked out. A UserError in a repository without one. */
export async function headCommit(repository: Repository): Promise<string> {
  const commit = await resolveCommit(openGit(repository.root), 'HEAD');
  if (commit === undefined) throw new UserError(`${repository.root}: no commit yet; commit your files first`);
  return commit;
}

/** The branch that is checked out; undefined on a detached HEAD. */
export async function currentBranch(repository: Repository): Promise<string | undefined> {
  return symbolicHead(openGit(repository.root));
}

/** Files below a folder (or the one file) that differ from the last commit, ignored files aside. Paths as in repositoryPath(). */
export async function dirtyFiles(repository: Repository, path: string): Promise<DirtyFile[]> {
  const output = await openGit(repository.root)(
    'status',
    '--porcelain=v1',
    '-z',
    '--untracked-files=all',
    '--no-renames',
    '--ignore-submodules=none',
    '--',
    path,
  );
  return output
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => ({ status: entry.slice(0, 2), path: entry.slice(3) }));
}

/** Content of a file at a commit; undefined when it is not in that commit. */
export async function fileAtCommit(
  repository: Repository,
  commit: string,
  path: string,
): Promise<string | undefined> {
  const git = openGit(repository.root);
  const blob = await blobAtCommit(git, commit, path);
  return blob === undefined ? undefined : git('cat-file', 'blob', blob);
}

/** The path of a file or folder inside the repository, with `/`, as git names it. '.' is the repository itself. */
export function repositoryPath(repository: Repository, path: string): string {
  const resolved = resolveLinks(path);
  const inside = relative(repository.root, resolved).split(sep).join('/');
  if (inside === '..' || inside.startsWith('../'))
    throw new UserError(`${path}: outside the repository ${repository.root}; use a file inside it`);
  return inside === '' ? '.' : inside;
}

/** Local branches whose name begins with `prefix`, e.g. `autoresearch/router/`. */
export async function branchesBelow(repository: Repository, prefix: string): Promise<string[]> {
  const output = await openGit(repository.root)(
    'for-each-ref',
    '--format=%(refname:lstrip=2)',
    'refs/heads/',
  );
  return output.split('\n').filter((name) => name !== '' && name.startsWith(prefix));
}

export async function branchExists(git: Git, branch: string): Promise<boolean> {
  return (await resolveCommit(git, `refs/heads/${branch}`)) !== undefined;
}

export async function resolveCommit(git: Git, revision: string): Promise<string | undefined> {
  return ifRefused(git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`));
}

export async function symbolicHead(git: Git): Promise<string | undefined> {
  const ref = await ifRefused(git('symbolic-ref', '--quiet', 'HEAD'));
  return ref?.replace(/^refs\/heads\//, '');
}

/** Object id of a file at a commit; undefined when it is not a file of that commit. */
export async function blobAtCommit(git: Git, commit: string, path: string): Promise<string | undefined> {
  const entry = await git('ls-tree', '-z', '--full-tree', commit, '--', path);
  return /^100[0-7]{3} blob ([0-9a-f]+)\t/.exec(entry)?.[1];
}

/** git answers some questions with exit code 1: undefined then. Any other failure stays one. */
async function ifRefused(answer: Promise<string>): Promise<string | undefined> {
  try {
    return withoutNewline(await answer);
  } catch (error) {
    if (error instanceof GitError && error.exitCode === 1) return undefined;
    throw error;
  }
}

function withoutNewline(output: string): string {
  return output.replace(/\r?\n$/, '');
}

/** Like realpath, for a path whose last part may not exist yet. */
function resolveLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return join(realpathSync(dirname(path)), basename(path));
  }
}
