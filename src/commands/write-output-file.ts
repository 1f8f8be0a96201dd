import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { UserError } from '../../harness/index.ts';

/** Writes a file the user asked for, whole or not at all. An existing file is kept unless `force` is set. */
export function writeOutputFile(path: string, content: string | Uint8Array, force: boolean): void {
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) throw new UserError(`${path} is a folder; name a file in it`);
    if (!force)
      throw new UserError(`${path} exists already; choose another name or add --force to replace it`);
  }
  const unfinished = `${path}.${process.pid}.part`;
  try {
    writeFileSync(unfinished, content);
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw new UserError(`${path} can't be written: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'its folder does not exist; make it first';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'no permission; choose a folder you may write to';
    case 'ENOSPC':
      return 'the disk is full; free some space';
    default:
      return message;
  }
}
