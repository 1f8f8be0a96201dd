import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import * as z from 'zod';
import { UserError } from '../../harness/index.ts';
import { createFile } from './durable-file.ts';
import { processStart } from './process-identity.ts';
import { withStorage } from './storage-problem.ts';

const holderSchema = z.object({
  pid: z.int().positive(),
  /** Start of that process, as processStart() says: tells it from a later process with the same pid. */
  started: z.string(),
  hostname: z.string(),
  /** Unique to one taking of the lock. */
  token: z.string(),
});

export type LockHolder = z.infer<typeof holderSchema>;

/** Who holds a run, or undefined when nobody does (no lock file, or one that a killed process left behind). */
export function runLockHolder(path: string): LockHolder | undefined {
  const found = readLock(path);
  return found !== undefined && isLive(found) ? found : undefined;
}

/** Holds a run for one process. Released by `release()`; a killed process's lock is taken over by the next. */
export class RunLock {
  readonly path: string;
  readonly #token: string;

  private constructor(path: string, token: string) {
    this.path = path;
    this.#token = token;
  }

  /** Takes the lock, or throws a UserError that names the process that has it. */
  static acquire(path: string): RunLock {
    return withStorage('lock', path, () => RunLock.#acquire(path));
  }

  static #acquire(path: string): RunLock {
    const token = randomUUID();
    const holder: LockHolder = {
      pid: process.pid,
      started: processStart(process.pid) ?? '',
      hostname: hostname(),
      token,
    };
    const bytes = Buffer.from(`${JSON.stringify(holder)}\n`);
    while (!createFile(path, bytes)) {
      const found = readLock(path);
      if (found === undefined) continue;
      if (isLive(found)) throw new UserError(heldBy(found, path));
      removeStale(path, found);
    }
    return new RunLock(path, token);
  }

  /** Gives the lock back. Leaves a lock alone that is no longer this one. */
  release(): void {
    if (readLock(this.path)?.token === this.#token) rmSync(this.path, { force: true });
  }
}

function heldBy(holder: LockHolder, path: string): string {
  if (holder.hostname !== hostname())
    return `this run is locked by process ${holder.pid} on ${holder.hostname}; if that process is gone, delete ${path}`;
  return `this run is in use by process ${holder.pid}; wait for it, or stop it with \`autoresearch stop\``;
}

/** Processes of another machine can't be looked up: their locks count as live. */
function isLive(holder: LockHolder): boolean {
  return holder.hostname !== hostname() || processStart(holder.pid) === holder.started;
}

/** Undefined when there is no lock file. A file that is no lock (it is created whole) is damage. */
function readLock(path: string): LockHolder | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    throw new UserError(`${path}: not a lock file of autoresearch; delete it if no run is in progress`);
  }
}

/**
 * Moves a stale lock out of the way. Another process may have done so first and locked the run since: then what was
 * moved is its live lock, which goes back.
 */
function removeStale(path: string, stale: LockHolder): void {
  const aside = `${path}.${randomUUID()}`;
  if (!succeeds('ENOENT', () => renameSync(path, aside))) return;
  if (readLock(aside)?.token !== stale.token) succeeds('EEXIST', () => linkSync(aside, path));
  rmSync(aside, { force: true });
}

/** False when the operation fails for the reason that another process was faster. */
function succeeds(lostRace: 'ENOENT' | 'EEXIST', operation: () => void): boolean {
  try {
    operation();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === lostRace) return false;
    throw error;
  }
}
