import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../harness/index.ts';
import { replaceFile } from './durable-file.ts';
import { withStorage } from './storage-problem.ts';

/** Sources and replies of a run, each stored once in a file named by the SHA-256 of its bytes (lower-case hex). */
export class BlobStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Stores a text and returns its hash. Nothing happens when it is there already. */
  put(text: string): string {
    const bytes = Buffer.from(text, 'utf8');
    const hash = sha256(bytes);
    if (this.#readIfThere(hash)?.equals(bytes) === true) return hash;
    withStorage('write', this.#path(hash), () => {
      mkdirSync(this.folder, { recursive: true });
      replaceFile(this.#path(hash), bytes);
    });
    return hash;
  }

  /** The text with this hash. A UserError when it is missing or its bytes no longer match. */
  get(hash: string): string {
    const bytes = this.#readIfThere(hash);
    const path = this.#path(hash);
    if (bytes === undefined)
      throw new UserError(`${path}: missing; restore the run folder from a copy or start a new run`);
    if (sha256(bytes) !== hash)
      throw new UserError(
        `${path}: damaged (its content does not match its name); restore it from a copy or start a new run`,
      );
    return bytes.toString('utf8');
  }

  has(hash: string): boolean {
    return this.#readIfThere(hash) !== undefined;
  }

  #path(hash: string): string {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new Error(`not a blob hash: ${hash}`);
    return join(this.folder, hash);
  }

  #readIfThere(hash: string): Buffer | undefined {
    const path = this.#path(hash);
    return withStorage('read', path, () => {
      try {
        return readFileSync(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    });
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
