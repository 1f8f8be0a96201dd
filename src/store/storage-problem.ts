import { UserError } from '../../harness/index.ts';

const EXPLANATIONS: Readonly<Record<string, string>> = {
  EROFS: 'the file system is read-only; use a writable folder',
  ENOSPC: 'the disk is full; free some space and run it again',
  EDQUOT: 'the disk quota is used up; free some space and run it again',
  ENOENT: 'it does not exist; check the path',
  ENOTDIR: 'a part of the path is a file, not a folder; check the path',
  EISDIR: 'it is a folder, not a file; check the path',
  EMFILE: 'too many files are open; raise the limit with `ulimit -n`',
};

function explanationOf(code: string, action: string): string | undefined {
  if (code !== 'EACCES' && code !== 'EPERM') return EXPLANATIONS[code];
  return `no permission; make it ${action === 'read' ? 'readable' : 'writable'} for this user`;
}

/** Turns what the file system refused into one line about the file and the remedy; anything else is passed on. */
function storageProblem(action: string, path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const explanation = code === undefined ? undefined : explanationOf(code, action);
  return explanation === undefined ? error : new UserError(`cannot ${action} ${path}: ${explanation}`);
}

/** Runs file operations on `path`; what the file system refuses becomes a UserError. */
export function withStorage<Result>(action: string, path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw storageProblem(action, path, error);
  }
}
