import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { UserError } from '../user-error.ts';
import { parseExactJson } from './exact-json.ts';
import { mooncakeRow, problem, type RowNotes, type RowPlace } from './mooncake-row.ts';
import type { ParsedTrace } from './parsed-trace.ts';
import { PlainRowScanner } from './plain-row-scanner.ts';
import { readTraceFile, unpackTrace } from './read-trace-bytes.ts';
import { TraceCache } from './trace-cache.ts';
import { TraceRowsBuilder } from './trace-rows-builder.ts';

export interface MooncakeOptions {
  /** Tokens per hash id. */
  readonly traceBlockSize?: number | undefined;
}

export interface ReadOptions extends MooncakeOptions {
  /** Where traces that were read before are kept; undefined = nowhere. */
  readonly cacheFolder?: string | undefined;
}

const DEFAULT_TRACE_BLOCK_SIZE = 512;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');
const EXAMPLE = '{"timestamp": 0, "input_length": 600, "output_length": 30, "hash_ids": [1, 2]}';

/**
 * Reads a Mooncake trace file, plain or gzip, or remembers what was read of equal bytes. Bad input is a UserError that
 * names file, line and field; it is never remembered.
 */
export function readMooncake(path: string, { traceBlockSize, cacheFolder }: ReadOptions = {}): ParsedTrace {
  const checkedSize = checkedBlockSize(traceBlockSize);
  const raw = readTraceFile(path);
  const fileHash = sha256(raw);
  const cache = cacheFolder === undefined ? undefined : new TraceCache(cacheFolder);
  const known = cache?.get(fileHash, checkedSize);
  if (known !== undefined) return { ...known, name: basename(path), path };
  const bytes = unpackTrace(path, raw);
  const trace = parse(bytes, bytes === raw ? fileHash : sha256(bytes), path, checkedSize);
  cache?.put(fileHash, trace);
  return trace;
}

/** Parses the text of a Mooncake trace; `name` stands for the file in messages. */
export function parseMooncake(
  text: string,
  name: string,
  { traceBlockSize }: MooncakeOptions = {},
): ParsedTrace {
  const bytes = Buffer.from(text);
  return parse(bytes, sha256(bytes), name, checkedBlockSize(traceBlockSize));
}

function parse(bytes: Buffer, hash: string, path: string, traceBlockSize: number): ParsedTrace {
  const notes: RowNotes = { clamped: 0, firstClamped: '', unknown: new Map() };
  const rows = parseRows(bytes, path, traceBlockSize, notes).finish();
  if (rows.count === 0) {
    throw new UserError(
      `${path} has no requests in it; expected one JSON object per line, such as ${EXAMPLE}`,
    );
  }
  return { name: basename(path), path, hash, traceBlockSize, rows, warnings: warningsOf(notes) };
}

/** Rows written the usual way are scanned; the others, good or bad, are read by the book. */
function parseRows(bytes: Buffer, path: string, traceBlockSize: number, notes: RowNotes): TraceRowsBuilder {
  const rows = new TraceRowsBuilder();
  const scanner = new PlainRowScanner(bytes, traceBlockSize);
  let from = bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  for (let line = 1; from < bytes.length; line++) {
    const next = scanner.scan(from);
    if (next >= 0) {
      rows.addScanned(scanner, line);
      from = next;
      continue;
    }
    const end = bytes.indexOf('\n', from);
    const text = bytes.toString('utf8', from, end < 0 ? bytes.length : end);
    from = end < 0 ? bytes.length : end + 1;
    if (text.trim() === '') continue;
    const place = { path, line };
    rows.add(mooncakeRow(parseLine(text, place, end < 0), place, traceBlockSize, notes), line);
  }
  return rows;
}

function parseLine(line: string, place: RowPlace, isUnfinished: boolean): unknown {
  try {
    return parseExactJson(line);
  } catch (error) {
    if (isUnfinished && line.startsWith('{') && !line.trimEnd().endsWith('}')) {
      throw problem(place, 'the last row is cut off in the middle; fetch the file again or delete that line');
    }
    const detail = printable((error as SyntaxError).message);
    throw problem(place, `not valid JSON (${detail}); expected one JSON object, such as ${EXAMPLE}`);
  }
}

function warningsOf(notes: RowNotes): string[] {
  const warnings = [...notes.unknown].map(
    ([name, line]) =>
      `line ${line}: unknown field ${JSON.stringify(name)} is ignored, here and in later rows`,
  );
  if (notes.clamped > 0) {
    const rows = notes.clamped === 1 ? '1 row' : `${notes.clamped} rows`;
    warnings.push(
      `input_length exceeds what hash_ids cover and is clamped in ${rows} (first: ${notes.firstClamped})`,
    );
  }
  return warnings;
}

function checkedBlockSize(size = DEFAULT_TRACE_BLOCK_SIZE): number {
  if (Number.isSafeInteger(size) && size > 0) return size;
  throw new UserError(`trace block size is ${size}; expected an integer > 0 (Mooncake traces: 512)`);
}

/** Parser messages quote the input; what is quoted must not break the line or the terminal. */
function printable(message: string): string {
  const clean = message.replace(/\p{C}/gu, '·');
  return clean.length <= 120 ? clean : `${clean.slice(0, 117)}…`;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
