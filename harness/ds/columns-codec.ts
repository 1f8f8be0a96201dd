import type { RequestColumns } from '../sim/request-columns.ts';

/**
 * Request columns as one block of bytes: a 24-byte prefix (magic, format version, header length, checksum), a JSON
 * header line with the lengths, then the raw little-endian columns, each at a multiple of 8 bytes.
 * Pure, because the simulator's process reads it where no Node module exists.
 */

const MAGIC = [0x61, 0x72, 0x72, 0x65, 0x71, 0x63, 0x6f, 0x6c]; // "arreqcol"
const FORMAT_VERSION = 1;
const PREFIX_BYTES = 24;

/** What is wrong with the bytes; their origin is the caller's to name. */
export class ColumnsFormatError extends Error {
  override readonly name = 'ColumnsFormatError';
}

export interface StoredRequests {
  readonly columns: RequestColumns;
  /** 1 where a request counts for the score. */
  readonly scored: Uint8Array;
}

interface Header {
  readonly count: number;
  readonly keyCount: number;
  readonly keys: number;
}

type Column = Int32Array | Float64Array | Uint8Array;

export function encodeRequestColumns({ columns, scored }: StoredRequests): Uint8Array {
  requireLittleEndian();
  const header = headerBytes({ count: columns.count, keyCount: columns.keyCount, keys: columns.keys.length });
  const stored = columnsInOrder(columns, scored);
  const size = stored.reduce((sum, column) => sum + padded(column.byteLength), PREFIX_BYTES + header.length);
  const bytes = new Uint8Array(size);
  bytes.set(MAGIC);
  bytes.set(header, PREFIX_BYTES);
  let offset = PREFIX_BYTES + header.length;
  for (const column of stored) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), offset);
    offset += padded(column.byteLength);
  }
  const words = new Uint32Array(bytes.buffer);
  words[2] = FORMAT_VERSION;
  words[3] = header.length;
  words[4] = checksum(words);
  return bytes;
}

/**
 * The inverse of encode. The columns are views of the bytes, or of a copy when those are not 8-byte aligned. Given an
 * ArrayBuffer it never asks an array for its buffer, which is refused where policies run.
 */
export function decodeRequestColumns(source: Uint8Array | ArrayBuffer): StoredRequests {
  requireLittleEndian();
  const bytes = source instanceof ArrayBuffer ? bytesIn(source) : aligned(source);
  const header = readHeader(bytes);
  const { count } = header;
  const reader = new ColumnReader(bytes);
  const columns: RequestColumns = {
    count,
    promptTokens: reader.int32(count),
    outputTokens: reader.int32(count),
    session: reader.int32(count),
    turn: reader.int32(count),
    arrivalMs: reader.float64(count),
    delayMs: reader.float64(count),
    keyStart: reader.int32(count + 1),
    keys: reader.int32(header.keys),
    keyCount: header.keyCount,
    inferredSession: reader.int32(count),
    inferredTurn: reader.int32(count),
  };
  const scored = reader.uint8(count);
  requireConsistent(columns);
  return { columns, scored };
}

/** The stored columns; the reader above takes them in the same order. */
function columnsInOrder(columns: RequestColumns, scored: Uint8Array): Column[] {
  return [
    columns.promptTokens,
    columns.outputTokens,
    columns.session,
    columns.turn,
    columns.arrivalMs,
    columns.delayMs,
    columns.keyStart,
    columns.keys,
    columns.inferredSession,
    columns.inferredTurn,
    scored,
  ];
}

/** Where bytes lie. */
interface Bytes {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly length: number;
}

class ColumnReader {
  readonly #buffer: ArrayBufferLike;
  #offset: number;

  constructor(bytes: Bytes) {
    this.#buffer = bytes.buffer;
    this.#offset = bytes.byteOffset + PREFIX_BYTES + headerLength(bytes);
  }

  int32(length: number): Int32Array {
    return new Int32Array(this.#buffer, this.#take(length * 4), length);
  }

  float64(length: number): Float64Array {
    return new Float64Array(this.#buffer, this.#take(length * 8), length);
  }

  uint8(length: number): Uint8Array {
    return new Uint8Array(this.#buffer, this.#take(length), length);
  }

  #take(byteLength: number): number {
    const start = this.#offset;
    this.#offset += padded(byteLength);
    return start;
  }
}

function readHeader(bytes: Bytes): Header {
  const magic = partOf(bytes, 0, Math.min(bytes.length, MAGIC.length));
  if (bytes.length < PREFIX_BYTES || MAGIC.some((byte, index) => magic[index] !== byte)) {
    throw new ColumnsFormatError('not a request columns file');
  }
  const words = wordsOf(bytes);
  if (words[2] !== FORMAT_VERSION) {
    throw new ColumnsFormatError(
      `request columns format ${words[2]}; this program reads format ${FORMAT_VERSION}`,
    );
  }
  const length = headerLength(bytes);
  if (length === 0 || length % 8 !== 0 || PREFIX_BYTES + length > bytes.length) throw cutOff(bytes);
  const header = parseHeader(partOf(bytes, PREFIX_BYTES, length));
  if (bytes.length !== PREFIX_BYTES + length + columnBytes(header)) throw cutOff(bytes);
  if (words[4] !== checksum(words)) throw new ColumnsFormatError('damaged: the checksum does not match');
  return header;
}

function parseHeader(line: Uint8Array): Header {
  let text = '';
  for (const byte of line) text += String.fromCharCode(byte);
  let value: Partial<Record<keyof Header, unknown>> | null;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ColumnsFormatError('damaged: the header is not JSON');
  }
  const { count, keyCount, keys } = value ?? {};
  if (!isLength(count) || !isLength(keyCount) || !isLength(keys)) {
    throw new ColumnsFormatError('damaged: the header lacks a length');
  }
  return { count, keyCount, keys };
}

function requireConsistent({ count, keyStart, keys, keyCount }: RequestColumns): void {
  let ordered = keyStart[0] === 0 && keyStart[count] === keys.length;
  for (let request = 0; request < count; request++) ordered &&= keyStart[request]! <= keyStart[request + 1]!;
  if (!ordered) throw new ColumnsFormatError('damaged: key ranges are out of order');
  for (let position = 0; position < keys.length; position++) {
    if (keys[position]! < 0 || keys[position]! >= keyCount) {
      throw new ColumnsFormatError('damaged: a block key is out of range');
    }
  }
}

function headerBytes(header: Header): Uint8Array {
  const text = JSON.stringify(header);
  const line = `${text.padEnd(padded(text.length + 1) - 1)}\n`;
  return Uint8Array.from(line, (character) => character.charCodeAt(0));
}

function columnBytes({ count, keys }: Header): number {
  return padded(count * 4) * 6 + count * 8 * 2 + padded((count + 1) * 4) + padded(keys * 4) + padded(count);
}

/** FNV-1a over 32-bit words, the checksum's own place left out. */
function checksum(words: Uint32Array): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < words.length; index++) {
    if (index !== 4) hash = Math.imul(hash ^ words[index]!, 0x01000193);
  }
  return hash >>> 0;
}

function wordsOf({ buffer, byteOffset, length }: Bytes): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length >>> 2);
}

function partOf({ buffer, byteOffset }: Bytes, from: number, length: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset + from, length);
}

function headerLength(bytes: Bytes): number {
  return wordsOf(bytes)[3]!;
}

function bytesIn(buffer: ArrayBuffer): Bytes {
  return { buffer, byteOffset: 0, length: buffer.byteLength };
}

function aligned(bytes: Uint8Array): Bytes {
  return bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
}

function padded(byteLength: number): number {
  return Math.ceil(byteLength / 8) * 8;
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0x7fffffff;
}

function cutOff(bytes: Bytes): ColumnsFormatError {
  return new ColumnsFormatError(`damaged: ${bytes.length} bytes are not the length that its header asks for`);
}

function requireLittleEndian(): void {
  const word = new ArrayBuffer(2);
  new Uint16Array(word)[0] = 1;
  if (new Uint8Array(word)[0] !== 1) {
    throw new ColumnsFormatError('request columns need a little-endian machine');
  }
}
