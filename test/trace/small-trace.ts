import { type HashId, HashIdNumbering } from '../../harness/trace/hash-id-numbering.ts';
import { type MooncakeOptions, parseMooncake } from '../../harness/trace/mooncake.ts';
import type { ParsedTrace, TracePrompts } from '../../harness/trace/parsed-trace.ts';

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

/** A row of a trace, gathered from its columns. */
export interface SmallRow {
  readonly line: number | undefined;
  readonly timestampMs: number | undefined;
  readonly promptTokens: number | undefined;
  readonly outputTokens: number | undefined;
  /** Numbers of its hash ids. */
  readonly blocks: readonly number[];
  readonly sessionName: string | undefined;
  readonly delayMs: number | undefined;
}

export function rowsOf({ rows }: ParsedTrace): SmallRow[] {
  return Array.from({ length: rows.count }, (_, row) => ({
    line: rows.line[row],
    timestampMs: rows.timestampMs[row],
    promptTokens: rows.promptTokens[row],
    outputTokens: rows.outputTokens[row],
    blocks: [...rows.blocks.subarray(rows.blockStart[row], rows.blockStart[row + 1])],
    sessionName: rows.sessionNames[rows.session[row] ?? -1],
    delayMs: rows.delayMs[row],
  }));
}

/** Prompts as a trace has them. */
export function tracePrompts(
  prompts: readonly { readonly promptTokens: number; readonly hashIds: readonly HashId[] }[],
): TracePrompts {
  const numbering = new HashIdNumbering();
  const blockStart = new Int32Array(prompts.length + 1);
  prompts.forEach(({ hashIds }, row) => {
    blockStart[row + 1] = (blockStart[row] ?? 0) + hashIds.length;
  });
  const blocks = Int32Array.from(prompts.flatMap(({ hashIds }) => hashIds.map((id) => numbering.number(id))));
  return {
    count: prompts.length,
    promptTokens: Int32Array.from(prompts, ({ promptTokens }) => promptTokens),
    blockStart,
    blocks,
    blockCount: numbering.size,
  };
}
