import { type MooncakeOptions, parseMooncake } from '../../harness/trace/mooncake.ts';
import type { ParsedTrace } from '../../harness/trace/parsed-trace.ts';

/** A trace of a few rows; strings are taken as raw lines. */
export function smallTrace(rows: readonly (object | string)[], options: MooncakeOptions = {}): ParsedTrace {
  return parseMooncake(traceLines(rows), 'small.jsonl', options);
}

export function traceLines(rows: readonly (object | string)[]): string {
  return rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join('');
}

/** The message of the UserError that `action` ends in. */
export function complaint(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof Error && error.name === 'UserError') return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}
