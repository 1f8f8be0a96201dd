import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes every byte; a single write may be short. */
export function writeFully(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written);
}

/** Makes the entries of a folder survive a power failure. Some file systems can't sync folders; they need not. */
export function syncFolder(folder: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(folder, 'r');
    fsyncSync(descriptor);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EISDIR' && code !== 'EINVAL' && code !== 'EPERM' && code !== 'ENOTSUP') throw error;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Puts a whole file in place at once: a reader sees the old bytes or the new ones, never a part. */
export function replaceFile(path: string, bytes: Uint8Array): void {
  withSyncedDraft(path, bytes, (draft) => renameSync(draft, path));
}

/** Creates a whole file at once. False when there is one already. */
export function createFile(path: string, bytes: Uint8Array): boolean {
  return withSyncedDraft(path, bytes, (draft) => {
    try {
      linkSync(draft, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  });
}

function withSyncedDraft<Result>(path: string, bytes: Uint8Array, place: (draft: string) => Result): Result {
  const draft = join(dirname(path), `.draft-${randomUUID()}`);
  try {
    const descriptor = openSync(draft, 'wx');
    try {
      writeFully(descriptor, bytes);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    const result = place(draft);
    syncFolder(dirname(path));
    return result;
  } finally {
    rmSync(draft, { force: true });
  }
}
