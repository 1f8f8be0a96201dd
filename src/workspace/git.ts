import { devNull } from 'node:os';
import { UserError } from '../../harness/index.ts';

/** git said no. One line for the user; callers may look at the exit code. */
export class GitError extends UserError {
  readonly exitCode: number;
  readonly stderr: string;

  constructor(message: string, exitCode: number, stderr: string) {
    super(message);
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

export interface Identity {
  readonly name: string;
  readonly email: string;
}

export const AUTORESEARCH_IDENTITY: Identity = { name: 'autoresearch', email: 'autoresearch@localhost' };

/** Runs one git command and returns its standard output as it is. A refusal is a GitError. */
export type Git = (...args: string[]) => Promise<string>;

/**
 * Nothing the user configured may run, prompt or linger: no hooks, file monitors, signing or background housekeeping.
 * Bytes are committed as they are written.
 */
const CONFIG = [
  `core.hooksPath=${devNull}`,
  'core.fsmonitor=false',
  'core.quotePath=false',
  'commit.gpgSign=false',
  'i18n.commitEncoding=utf-8',
  'gc.auto=0',
  'maintenance.auto=false',
  'trailer.separators=:',
];

/** Variables that would make simple-git refuse or git behave differently; the rest of the environment is passed on. */
const DROPPED_VARIABLE = /^(git_.*|editor|visual|pager|prefix|ssh_askpass)$/i;

/** `user` lets git find the user's own identity, from the environment or its configuration. */
export function openGit(
  folder: string,
  identity: Identity | 'user' = AUTORESEARCH_IDENTITY,
  config: string[] = [],
): Git {
  const variables = { ...SETTINGS, ...(identity === 'user' ? usersIdentity() : identityVariables(identity)) };
  const inherited = Object.entries(process.env).filter(([name]) => !DROPPED_VARIABLE.test(name));
  return async (...args) => {
    let result: GitResult | undefined;
    try {
      const { simpleGit } = await import('simple-git');
      const client = simpleGit({
        baseDir: folder,
        config: [...CONFIG, ...config],
        unsafe: { allowUnsafeHooksPath: true, allowUnsafeFsMonitor: true },
        allowEnvironment: Object.keys(variables),
        completion: { onClose: true, onExit: false },
        errors(error, { exitCode, stdErr }) {
          result = { exitCode, stderr: Buffer.concat(stdErr).toString('utf8') };
          return exitCode === 0 ? undefined : (error ?? new Error(result.stderr));
        },
      });
      return await client.env({ ...Object.fromEntries(inherited), ...variables }).raw(args);
    } catch (error) {
      throw gitError(folder, args, error, result);
    }
  };
}

interface GitResult {
  readonly exitCode: number;
  readonly stderr: string;
}

const SETTINGS = {
  LC_ALL: 'C',
  /** Reading must not write: `git status` would refresh the user's index. */
  GIT_OPTIONAL_LOCKS: '0',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_LFS_SKIP_SMUDGE: '1',
};

function identityVariables({ name, email }: Identity): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
}

function usersIdentity(): Record<string, string> {
  const names = Object.keys(identityVariables(AUTORESEARCH_IDENTITY));
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function gitError(
  folder: string,
  args: readonly string[],
  error: unknown,
  result: GitResult | undefined,
): unknown {
  const text = result?.stderr || (error instanceof Error ? error.message : String(error));
  if (/spawn .*ENOENT/.test(text))
    return new UserError('git was not found: install it and make sure it is on the PATH');
  if (/directory that does not exist/.test(text))
    return new UserError(`${folder}: no such folder; check the path`);
  return new GitError(`git ${args[0]} failed in ${folder}: ${firstLine(text)}`, result?.exitCode ?? -1, text);
}

function firstLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return (
    lines.find((line) => /^(fatal|error):/.test(line)) ??
    lines.find((line) => line !== '') ??
    'no reason given'
  ).replace(/^(fatal|error): /, '');
}
