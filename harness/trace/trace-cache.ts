import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { decodeTrace, encodeTrace, type StoredTrace, TRACE_FORMAT } from './trace-codec.ts';

const EXTENSION = '.trace';
const UNFINISHED = '.part';
const LIMIT_BYTES = 2 ** 30;
/** Nobody writes for so long: an older unfinished file was left by a process that died. */
const ABANDONED_MS = 3_600_000;

/**
 * Traces that were read before, by the content of their files. Best effort: a folder that can't be read or written, or a
 * damaged file in it, only costs time.
 */
export class TraceCache {
  readonly #folder: string;
  readonly #limitBytes: number;

  constructor(folder: string, limitBytes = LIMIT_BYTES) {
    this.#folder = folder;
    this.#limitBytes = limitBytes;
  }

  /** `fileHash` is of the file's bytes as they are. */
  get(fileHash: string, traceBlockSize: number): StoredTrace | undefined {
    const file = this.#fileOf(fileHash, traceBlockSize);
    return attempt(() => {
      const trace = decodeTrace(readFileSync(file));
      if (trace !== undefined) markAsUsed(file);
      return trace;
    });
  }

  /** The file appears whole or not at all; of several writers at a time one wins, all with the same bytes. */
  put(fileHash: string, trace: StoredTrace): void {
    const file = this.#fileOf(fileHash, trace.traceBlockSize);
    const unfinished = `${file}.${process.pid}-${randomBytes(4).toString('hex')}${UNFINISHED}`;
    attempt(() => {
      mkdirSync(this.#folder, { recursive: true });
      writeFileSync(unfinished, encodeTrace(trace));
      renameSync(unfinished, file);
    });
    attempt(() => rmSync(unfinished, { force: true }));
    attempt(() => this.#makeRoom());
  }

  #fileOf(fileHash: string, traceBlockSize: number): string {
    return path.join(this.#folder, `${fileHash}-${traceBlockSize}.v${TRACE_FORMAT}${EXTENSION}`);
  }

  /** Removes what was used longest ago, down to the limit, and what was abandoned. */
  #makeRoom(): void {
    const files = readdirSync(this.#folder).flatMap((name) => this.#describe(name));
    const abandonedBefore = Date.now() - ABANDONED_MS;
    for (const { file, usedMs } of files.filter(({ file }) => file.endsWith(UNFINISHED))) {
      if (usedMs < abandonedBefore) rmSync(file, { force: true });
    }
    const traces = files.filter(({ file }) => file.endsWith(EXTENSION)).sort((a, b) => a.usedMs - b.usedMs);
    let total = traces.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { file, bytes } of traces) {
      if (total <= this.#limitBytes) return;
      rmSync(file, { force: true });
      total -= bytes;
    }
  }

  /** Nothing for a file that another process has just removed. */
  #describe(name: string): { readonly file: string; readonly bytes: number; readonly usedMs: number }[] {
    const file = path.join(this.#folder, name);
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat?.isFile() ? [{ file, bytes: stat.size, usedMs: stat.mtimeMs }] : [];
  }
}

function markAsUsed(file: string): void {
  const now = new Date();
  attempt(() => utimesSync(file, now, now));
}

/** What the file system refuses is left undone. */
function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return undefined;
  }
}
