import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../harness/index.ts';
import { type Git, GitError, openGit } from './git.ts';
import { branchExists, type Repository } from './repository.ts';

export interface Attachment {
  /** Absolute path, symbolic links resolved. */
  readonly folder: string;
  readonly branch: string;
  /** Where the branch starts if it has to be made. */
  readonly base: string;
}

interface WorktreeEntry {
  readonly path: string;
  readonly branch: string | undefined;
}

/** Makes `folder` a checkout of `branch`, whatever is there of either. Other worktrees stay as they are. */
export async function ensureAttached(
  repository: Repository,
  { folder, branch, base }: Attachment,
): Promise<void> {
  const git = openGit(repository.root);
  if (!(await branchExists(git, branch))) await git('branch', '--no-track', branch, base);
  if (await isAttached(folder)) return;
  if (existsSync(join(folder, '.git')) && (await isRepaired(git, folder))) return;
  await detach(git, folder, branch);
  await git('worktree', 'add', '--quiet', folder, branch);
}

/** Is the folder itself a checkout (not merely inside the user's), and not one whose making was cut short? */
async function isAttached(folder: string): Promise<boolean> {
  if (!existsSync(join(folder, '.git'))) return false;
  try {
    const git = openGit(folder);
    const top = (await git('rev-parse', '--show-toplevel')).trimEnd();
    const gitFolder = (await git('rev-parse', '--absolute-git-dir')).trimEnd();
    return top === folder && !isBeingMade(gitFolder);
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}

/** git locks a worktree with this word until its first checkout is complete. */
function isBeingMade(gitFolder: string): boolean {
  const lock = join(gitFolder, 'locked');
  return existsSync(lock) && readFileSync(lock, 'utf8').trim() === 'initializing';
}

/** After the repository or the run's folder was moved, both ends point to where the other was. */
async function isRepaired(git: Git, folder: string): Promise<boolean> {
  try {
    await git('worktree', 'repair', folder);
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
  return isAttached(folder);
}

/** Removes the worktree at this folder, and forgets one of this branch whose folder is gone. */
export async function detach(git: Git, folder: string, branch: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  for (const entry of await worktrees(git)) {
    const isOurs = entry.path === folder || (entry.branch === branch && !existsSync(entry.path));
    if (isOurs) await git('worktree', 'remove', '--force', '--force', entry.path);
    else if (entry.branch === branch)
      throw new UserError(
        `branch ${branch} is checked out in ${entry.path}; switch that checkout to another branch first`,
      );
  }
}

async function worktrees(git: Git): Promise<WorktreeEntry[]> {
  const output = await git('worktree', 'list', '--porcelain');
  return output
    .split('\n\n')
    .map((block) => block.split('\n'))
    .flatMap((lines) => {
      const path = field(lines, 'worktree');
      const branch = field(lines, 'branch')?.replace(/^refs\/heads\//, '');
      return path === undefined ? [] : [{ path, branch }];
    });
}

function field(lines: readonly string[], name: string): string | undefined {
  return lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
}
