import { createHash } from 'node:crypto';
import type { ParsedTrace, TraceRows } from './parsed-trace.ts';

/**
 * A trace as bytes: a 48-byte prefix (magic, format version, header length, SHA-256 of all that follows), a JSON header,
 * then the raw little-endian columns, each at a multiple of 8 bytes.
 */

/** To be raised when these bytes, or what the reader makes of a file, change. */
export const TRACE_FORMAT = 1;
const MAGIC = 'artrace\n';
const DIGEST_AT = 16;
const PREFIX_BYTES = 48;

/** A trace without the name of its file. */
export type StoredTrace = Omit<ParsedTrace, 'name' | 'path'>;

type Column = Int32Array | Float64Array;

interface Header extends Pick<ParsedTrace, 'hash' | 'traceBlockSize' | 'warnings'> {
  readonly count: number;
  readonly blocks: number;
  readonly blockCount: number;
  readonly sessionNames: readonly string[];
}

export function encodeTrace({ rows, hash, traceBlockSize, warnings }: StoredTrace): Buffer {
  const { count, blockCount, sessionNames } = rows;
  const header = headerBytes({
    hash,
    traceBlockSize,
    warnings,
    count,
    blocks: rows.blocks.length,
    blockCount,
    sessionNames,
  });
  const columns = columnsInOrder(rows);
  const columnBytes = columns.reduce((sum, column) => sum + padded(column.byteLength), 0);
  const bytes = Buffer.alloc(PREFIX_BYTES + header.length + columnBytes);
  bytes.write(MAGIC);
  bytes.writeUInt32LE(TRACE_FORMAT, 8);
  bytes.writeUInt32LE(header.length, 12);
  bytes.set(header, PREFIX_BYTES);
  let at = PREFIX_BYTES + header.length;
  for (const column of columns) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += padded(column.byteLength);
  }
  bytes.set(digestOf(bytes), DIGEST_AT);
  return bytes;
}

/** The inverse of encode, or undefined when the bytes are not exactly what it wrote. The columns are views of the bytes. */
export function decodeTrace(source: Buffer): StoredTrace | undefined {
  const bytes = source.byteOffset % 8 === 0 ? source : Buffer.from(new Uint8Array(source).buffer);
  const isWhole =
    bytes.length >= PREFIX_BYTES &&
    bytes.toString('latin1', 0, MAGIC.length) === MAGIC &&
    bytes.readUInt32LE(8) === TRACE_FORMAT &&
    digestOf(bytes).equals(bytes.subarray(DIGEST_AT, PREFIX_BYTES));
  if (!isWhole) return undefined;
  const columnsAt = PREFIX_BYTES + bytes.readUInt32LE(12);
  const header: Header = JSON.parse(bytes.toString('utf8', PREFIX_BYTES, columnsAt));
  const { hash, traceBlockSize, warnings, count, blockCount, sessionNames } = header;
  const reader = new ColumnReader(bytes, columnsAt);
  const rows: TraceRows = {
    count,
    blockCount,
    sessionNames,
    line: reader.int32(count),
    timestampMs: reader.float64(count),
    promptTokens: reader.int32(count),
    outputTokens: reader.int32(count),
    session: reader.int32(count),
    delayMs: reader.float64(count),
    blockStart: reader.int32(count + 1),
    blocks: reader.int32(header.blocks),
  };
  return { hash, traceBlockSize, warnings, rows };
}

/** The stored columns; the reader above takes them in the same order. */
function columnsInOrder(rows: TraceRows): Column[] {
  return [
    rows.line,
    rows.timestampMs,
    rows.promptTokens,
    rows.outputTokens,
    rows.session,
    rows.delayMs,
    rows.blockStart,
    rows.blocks,
  ];
}

class ColumnReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  int32(length: number): Int32Array {
    return new Int32Array(this.#bytes.buffer, this.#take(length * 4), length);
  }

  float64(length: number): Float64Array {
    return new Float64Array(this.#bytes.buffer, this.#take(length * 8), length);
  }

  #take(byteLength: number): number {
    const start = this.#bytes.byteOffset + this.#at;
    this.#at += padded(byteLength);
    return start;
  }
}

function headerBytes(header: Header): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const bytes = Buffer.alloc(padded(text.length + 1), ' ');
  bytes.set(text);
  bytes.write('\n', bytes.length - 1);
  return bytes;
}

function digestOf(bytes: Buffer): Buffer {
  return createHash('sha256')
    .update(bytes.subarray(8, DIGEST_AT))
    .update(bytes.subarray(PREFIX_BYTES))
    .digest();
}

function padded(byteLength: number): number {
  return Math.ceil(byteLength / 8) * 8;
}
