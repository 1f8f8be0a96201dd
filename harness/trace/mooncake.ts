import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { UserError } from '../user-error.ts';
import { parseExactJson } from './exact-json.ts';
import { mooncakeRow, problem, type RowNotes, type RowPlace } from './mooncake-row.ts';
import type { ParsedTrace, TraceRow } from './parsed-trace.ts';
import { readTraceBytes } from './read-trace-bytes.ts';

export interface MooncakeOptions {
  /** Tokens per hash id. */
  readonly traceBlockSize?: number;
}

const DEFAULT_TRACE_BLOCK_SIZE = 512;
const EXAMPLE = '{"timestamp": 0, "input_length": 600, "output_length": 30, "hash_ids": [1, 2]}';

/** Reads a Mooncake trace file, plain or gzip. Bad input is a UserError that names file, line and field. */
export function readMooncake(path: string, options: MooncakeOptions = {}): ParsedTrace {
  const bytes = readTraceBytes(path);
  return parse(bytes.toString('utf8'), path, sha256(bytes), options);
}

/** Parses the text of a Mooncake trace; `name` stands for the file in messages. */
export function parseMooncake(text: string, name: string, options: MooncakeOptions = {}): ParsedTrace {
  return parse(text, name, sha256(text), options);
}

function parse(text: string, path: string, hash: string, options: MooncakeOptions): ParsedTrace {
  const traceBlockSize = checkedBlockSize(options.traceBlockSize ?? DEFAULT_TRACE_BLOCK_SIZE);
  const notes: RowNotes = { clamped: 0, firstClamped: '', unknown: new Map() };
  const rows = parseRows(text.startsWith('\ufeff') ? text.slice(1) : text, path, traceBlockSize, notes);
  if (rows.length === 0) {
    throw new UserError(
      `${path} has no requests in it; expected one JSON object per line, such as ${EXAMPLE}`,
    );
  }
  return { name: basename(path), path, hash, traceBlockSize, rows, warnings: warningsOf(notes) };
}

function parseRows(text: string, path: string, traceBlockSize: number, notes: RowNotes): TraceRow[] {
  const lines = text.split('\n');
  const rows: TraceRow[] = [];
  lines.forEach((line, index) => {
    if (line.trim() === '') return;
    const place = { path, line: index + 1 };
    const value = parseLine(line, place, index === lines.length - 1);
    rows.push(mooncakeRow(value, place, traceBlockSize, notes));
  });
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

function checkedBlockSize(size: number): number {
  if (Number.isSafeInteger(size) && size > 0) return size;
  throw new UserError(`trace block size is ${size}; expected an integer > 0 (Mooncake traces: 512)`);
}

/** Parser messages quote the input; what is quoted must not break the line or the terminal. */
function printable(message: string): string {
  const clean = message.replace(/\p{C}/gu, '·');
  return clean.length <= 120 ? clean : `${clean.slice(0, 117)}…`;
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
