import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { UserError } from '../user-error.ts';

/** Largest string V8 can hold, rounded down. */
const MAX_BYTES = 512 * 1024 * 1024 - 64;

/** Traces shrink to a fourth; a file whose end promises far more is not believed. */
const LIKELY_RATIO = 16;

const COMPRESSED: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58]],
  ['bzip2', [0x42, 0x5a, 0x68]],
];

/** The text in the bytes of a trace file, plain or gzip (told by its first bytes, not by its name). */
export function unpackTrace(path: string, raw: Buffer): Buffer {
  const bytes = startsWith(raw, [0x1f, 0x8b]) ? gunzip(path, raw) : raw;
  if (bytes.length > MAX_BYTES) throw tooLarge(path);
  refuseBinary(path, bytes);
  return bytes;
}

/** The bytes of a trace file as they are. Waits for nobody: a pipe is refused. */
export function readTraceFile(path: string): Buffer {
  try {
    const stats = statSync(path);
    if (!stats.isFile() && !stats.isDirectory())
      throw new UserError(`${path} is no regular file; save what it gives to one first`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    switch (code) {
      case 'ENOENT':
      case 'ENOTDIR':
        throw new UserError(
          `no such trace file: ${path}; check the path, or make one with: autoresearch trace generate --out FILE`,
        );
      case 'EISDIR':
        throw new UserError(`${path} is a folder; give one trace file (.jsonl or .jsonl.gz)`);
      case 'EACCES':
      case 'EPERM':
        throw new UserError(`${path} can't be read: permission denied; change its permissions or copy it`);
      case 'ERR_FS_FILE_TOO_LARGE':
        throw tooLarge(path);
      default:
        throw new UserError(`${path} can't be read: ${message}`);
    }
  }
}

function gunzip(path: string, raw: Buffer): Buffer {
  try {
    return gunzipSync(raw, { maxOutputLength: MAX_BYTES, chunkSize: chunkBytes(raw) });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(path);
    if (code === 'Z_BUF_ERROR') {
      throw new UserError(`${path} is a gzip file that was cut off; fetch or copy it again`);
    }
    throw new UserError(`${path} begins like a gzip file but is damaged; fetch or copy it again`);
  }
}

/** Room for all of the text at once, as far as the last four bytes of the file tell its length. */
function chunkBytes(raw: Buffer): number {
  const told = raw.length < 4 ? 0 : raw.readUInt32LE(raw.length - 4);
  return Math.min(Math.max(told, 1 << 16), raw.length * LIKELY_RATIO + (1 << 16));
}

function refuseBinary(path: string, bytes: Buffer): void {
  const packed = COMPRESSED.find(([, magic]) => startsWith(bytes, magic));
  if (packed !== undefined) {
    throw new UserError(
      `${path} is compressed with ${packed[0]}; unpack it first (only gzip is read directly)`,
    );
  }
  if (bytes.includes(0) || !isUtf8(bytes)) {
    throw new UserError(`${path} is not a text file; expected JSON lines (.jsonl or .jsonl.gz)`);
  }
}

function tooLarge(path: string): UserError {
  return new UserError(`${path} holds more than 512 MB of text; split it into smaller traces`);
}

function startsWith(bytes: Buffer, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}
