import type { z } from 'zod';
import { UserError } from '../../harness/index.ts';
import { type JournalRecord, journalRecordSchema, SCHEMA_VERSION } from './records.ts';

const NEWLINE = 0x0a;

export interface JournalLines {
  readonly records: readonly JournalRecord[];
  /** Length of the whole lines; bytes from here on are a line whose writer was killed. */
  readonly wholeBytes: number;
}

/**
 * Reads a journal's bytes. What follows the last newline was never acknowledged and is left out; a whole line that
 * is not a record is damage, and a UserError that names file and line.
 */
export function parseJournalLines(path: string, bytes: Buffer): JournalLines {
  const wholeBytes = bytes.lastIndexOf(NEWLINE) + 1;
  const text = bytes.toString('utf8', 0, wholeBytes);
  const lines = text.split('\n').slice(0, -1);
  return { records: lines.map((line, index) => parseLine(line, `${path}:${index + 1}`)), wholeBytes };
}

function parseLine(line: string, place: string): JournalRecord {
  const value = parseJson(line, place);
  const result = journalRecordSchema.safeParse(value);
  if (result.success) return result.data;
  const version = versionOf(value);
  if (typeof version === 'number' && version > SCHEMA_VERSION)
    throw new UserError(
      `${place}: journal version ${version}, but this autoresearch reads ${SCHEMA_VERSION}; update it`,
    );
  throw damaged(place, describeIssue(result.error.issues[0]));
}

function parseJson(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw damaged(place, 'not JSON');
  }
}

function versionOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined;
}

function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'not a journal record';
  const field = issue.path.join('.');
  return field === '' ? issue.message : `field "${field}": ${issue.message}`;
}

function damaged(place: string, problem: string): UserError {
  return new UserError(
    `${place}: damaged journal line (${problem}); restore the file from a copy or start a new run`,
  );
}
