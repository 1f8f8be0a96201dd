import { readFileSync, statSync } from 'node:fs';
import { UserError } from '../../harness/index.ts';

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file; check the path',
  ENOTDIR: 'no such file; check the path',
  EACCES: 'permission denied; make it readable for this user',
  EPERM: 'permission denied; make it readable for this user',
};

/** The text of a file that the user named; `what` says what it should hold. Waits for nobody: a pipe is refused. */
export function readTextFile(path: string, what: string): string {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) throw new UserError(`${path}: cannot read ${what}: it is a folder; name a file`);
    if (!stats.isFile())
      throw new UserError(
        `${path}: cannot read ${what}: it is no regular file; save its content to one first`,
      );
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError(`${path}: cannot read ${what}: ${PROBLEMS[code ?? ''] ?? message}`);
  }
}
