import { existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../../harness/index.ts';
import { commitMessage, type Trailers } from './commit-message.ts';
import { AUTORESEARCH_IDENTITY, type Git, openGit } from './git.ts';
import { branchExists, type Repository, resolveCommit, symbolicHead } from './repository.ts';
import { detach, ensureAttached } from './worktree-attachment.ts';

/** Where a run's commits go: a branch of the user's repository, checked out in a folder of the run's. */
export interface WorktreeLocation {
  readonly repository: Repository;
  readonly target: string;
  readonly run: string;
  /** Absolute path of the checkout, inside the run's folder. */
  readonly folder: string;
  /** Commit the run starts from. */
  readonly base: string;
}

export interface PolicyCommit {
  /** Path of the policy file inside the repository. */
  readonly path: string;
  readonly source: string;
  readonly subject: string;
  readonly trailers: Trailers;
}

export interface RunCommit {
  readonly commit: string;
  readonly subject: string;
  readonly trailers: ReadonlyMap<string, string>;
}

export function runBranch(target: string, run: string): string {
  return `autoresearch/${target}/${run}`;
}

/** A new run needs a branch of its own: a UserError when one of that name exists. */
export async function requireFreeBranch({
  repository,
  target,
  run,
}: Omit<WorktreeLocation, 'folder' | 'base'>): Promise<void> {
  const branch = runBranch(target, run);
  if (await branchExists(openGit(repository.root), branch))
    throw new UserError(
      `branch ${branch} exists already; choose another --run name or delete it with \`git branch -D ${branch}\``,
    );
}

/**
 * Opens a run's worktree: makes branch and checkout where they are missing, and mends what a killed process or a
 * deleted or moved folder left behind. Touches neither the user's checkout nor index, stash or branches. One process
 * at a time: the caller holds the run's lock.
 */
export async function openRunWorktree(location: WorktreeLocation): Promise<RunWorktree> {
  const branch = runBranch(location.target, location.run);
  const folder = join(realpathSync(dirname(location.folder)), basename(location.folder));
  await removeStaleBranchLock(location.repository.root, branch);
  await ensureAttached(location.repository, { folder, branch, base: location.base });
  const head = await symbolicHead(openGit(folder));
  if (head !== branch)
    throw new UserError(
      `${folder}: was switched to ${head ?? 'a detached HEAD'}; run \`git switch ${branch}\` there, or delete the folder`,
    );
  return RunWorktree.open({ ...location, folder }, branch);
}

/** Takes back the worktree and the branch of a run that never began. A branch that has moved on stays. */
export async function discardRunWorktree({
  repository,
  target,
  run,
  folder,
  base,
}: WorktreeLocation): Promise<void> {
  const branch = runBranch(target, run);
  const git = openGit(repository.root);
  await detach(git, folder, branch);
  if ((await resolveCommit(git, `refs/heads/${branch}`)) === base) await git('branch', '-D', branch);
}

export class RunWorktree {
  readonly branch: string;
  readonly folder: string;
  readonly #location: WorktreeLocation;
  readonly #git: Git;
  readonly #gitFolder: string;

  private constructor(location: WorktreeLocation, branch: string, git: Git, gitFolder: string) {
    this.branch = branch;
    this.folder = location.folder;
    this.#location = location;
    this.#git = git;
    this.#gitFolder = gitFolder;
  }

  static async open(location: WorktreeLocation, branch: string): Promise<RunWorktree> {
    const git = openGit(location.folder, AUTORESEARCH_IDENTITY, ['core.autocrlf=false']);
    const gitFolder = (await git('rev-parse', '--absolute-git-dir')).trimEnd();
    return new RunWorktree(location, branch, git, gitFolder);
  }

  /**
   * Commits one file and returns the commit. An attempt that has its commit already keeps it: nothing happens then,
   * so the call may be repeated after a kill at any instant.
   */
  async commitPolicy({ path, source, subject, trailers }: PolicyCommit): Promise<string> {
    const existing = await this.#commitOf(new Map(trailers).get('Attempt'));
    if (existing !== undefined) return existing.commit;
    await this.#removeStaleLocks();
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, source);
    await this.#git('add', '--force', '--', path);
    const message = commitMessage(subject, trailers);
    await this.#git(
      'commit',
      '--quiet',
      '--allow-empty',
      '--cleanup=whitespace',
      '--only',
      '-m',
      message,
      '--',
      path,
    );
    return (await this.#git('rev-parse', 'HEAD')).trimEnd();
  }

  /** The run's commits, oldest first. */
  async commits(): Promise<RunCommit[]> {
    const format = '%H%n%s%n%(trailers:only=true,unfold=true)';
    const range = `${this.#location.base}..refs/heads/${this.branch}`;
    const output = await this.#git(
      'log',
      '-z',
      '--reverse',
      '--first-parent',
      '--no-show-signature',
      '--no-color',
      `--format=${format}`,
      range,
      '--',
    );
    return output
      .split('\0')
      .filter((entry) => entry !== '')
      .map(parseCommit)
      .filter((commit) => commit.trailers.get('Autoresearch-Run') === this.#location.run);
  }

  async #commitOf(attempt: string | undefined): Promise<RunCommit | undefined> {
    if (attempt === undefined) throw new Error('a policy commit needs an Attempt trailer');
    return (await this.commits()).find((commit) => commit.trailers.get('Attempt') === attempt);
  }

  /** git commands of a killed process leave locks. The run's lock says that no other is at work here. */
  async #removeStaleLocks(): Promise<void> {
    rmSync(join(this.#gitFolder, 'index.lock'), { force: true });
    rmSync(join(this.#gitFolder, 'HEAD.lock'), { force: true });
    await removeStaleBranchLock(this.folder, this.branch);
  }
}

function parseCommit(entry: string): RunCommit {
  const [commit = '', subject = '', ...lines] = entry.split('\n');
  const trailers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(': ');
    if (colon > 0) trailers.set(line.slice(0, colon), line.slice(colon + 2));
  }
  return { commit, subject, trailers };
}

/** A ref lock that a killed git left on the run's own branch; nobody else writes that branch. */
async function removeStaleBranchLock(folder: string, branch: string): Promise<void> {
  const common = (await openGit(folder)('rev-parse', '--git-common-dir')).trimEnd();
  const lock = join(resolve(folder, common), 'refs', 'heads', `${branch}.lock`);
  // Where a branch has the name of the folder there is none either: making the run's branch will fail and say so.
  if (existsSync(lock)) rmSync(lock, { force: true });
}
