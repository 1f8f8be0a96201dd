import { lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../harness/index.ts';
import { commitMessage, type Trailers } from './commit-message.ts';
import { AUTORESEARCH_IDENTITY, type Git, GitError, openGit } from './git.ts';
import { blobAtCommit, currentBranch, dirtyFiles, headCommit, type Repository } from './repository.ts';

export interface Acceptance {
  readonly repository: Repository;
  /** Path of the policy file inside the repository. */
  readonly path: string;
  readonly source: string;
  /** Commit the run started from. */
  readonly base: string;
  readonly subject: string;
  readonly trailers: Trailers;
}

export interface AcceptedPolicy {
  readonly commit: string;
  readonly branch: string;
  /** The command that takes it back. */
  readonly revert: string;
}

/**
 * Writes a policy file as one commit on the user's current branch, under the user's own name. The commit has that
 * file alone: what else is staged stays staged. When it is refused, nothing has changed.
 */
export async function acceptPolicy(acceptance: Acceptance): Promise<AcceptedPolicy> {
  const branch = await requireAcceptable(acceptance);
  const { repository, path, source, subject, trailers } = acceptance;
  const git = openGit(repository.root, await committer(repository));
  const message = commitMessage(subject, trailers);
  await withFileReplaced(join(repository.root, path), source, () =>
    git('commit', '--quiet', '--cleanup=whitespace', '--only', '-m', message, '--', path),
  );
  const commit = await headCommit(repository);
  return { commit, branch, revert: `git revert ${commit.slice(0, 12)}` };
}

/**
 * Could acceptPolicy() commit now? Returns the branch it would go to; a UserError says why not. For asking the user
 * only when a yes can be honoured.
 */
export async function requireAcceptable({ repository, path, source, base }: Acceptance): Promise<string> {
  const branch = await currentBranch(repository);
  if (branch === undefined)
    throw new UserError(
      'HEAD is detached, so there is no branch to commit to; switch to one with `git switch BRANCH` first',
    );
  const git = openGit(repository.root);
  const [blobAtBase, blobAtHead] = [
    await blobAtCommit(git, base, path),
    await blobAtCommit(git, await headCommit(repository), path),
  ];
  if (blobAtBase === undefined || blobAtHead !== blobAtBase)
    throw new UserError(
      `${path}: changed on ${branch} since the run began; compare with \`git diff ${base.slice(0, 12)} -- ${path}\` and start a new run from here`,
    );
  const [dirty] = await dirtyFiles(repository, path);
  if (dirty !== undefined)
    throw new UserError(
      `${path}: has changes that are not committed; commit them or \`git restore --staged --worktree ${path}\` first`,
    );
  if (!lstatSync(join(repository.root, path)).isFile())
    throw new UserError(`${path}: not a regular file; replace it with one and commit it first`);
  if (readFileSync(join(repository.root, path), 'utf8') === source)
    throw new UserError(`${path}: already is this policy; there is nothing to commit`);
  return branch;
}

/** The user's identity where git has one, or else autoresearch's. */
async function committer(repository: Repository): Promise<'user' | typeof AUTORESEARCH_IDENTITY> {
  const git = openGit(repository.root, 'user', ['user.useConfigOnly=true']);
  return (await hasIdentity(git, 'GIT_AUTHOR_IDENT')) && (await hasIdentity(git, 'GIT_COMMITTER_IDENT'))
    ? 'user'
    : AUTORESEARCH_IDENTITY;
}

async function hasIdentity(git: Git, variable: string): Promise<boolean> {
  try {
    await git('var', variable);
    return true;
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}

/** Writes in place, so that mode and links stay; puts the old bytes back when the work fails. */
async function withFileReplaced(file: string, content: string, work: () => Promise<unknown>): Promise<void> {
  const before = readFileSync(file);
  try {
    writeFileSync(file, content);
    await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES')
      throw new UserError(`${file}: no permission to write it; make it writable for this user`);
    writeFileSync(file, before);
    throw error;
  }
}
