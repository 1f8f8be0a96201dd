import { structuredPatch } from 'diff';
import { type Paint, plain } from '../text/paint.ts';
import { printableCode } from '../text/printable.ts';

export interface DiffOptions {
  /** Path shown in the header. */
  readonly path: string;
  readonly paint?: Paint;
  /** Unchanged lines around each change. */
  readonly contextLines?: number;
}

/** A unified diff of two sources; empty when they are equal. The sources may be anybody's: nothing in them reaches the terminal as a command. */
export function unifiedDiff(
  before: string,
  after: string,
  { path, paint = plain, contextLines = 3 }: DiffOptions,
): string {
  const { hunks } = structuredPatch(path, path, printableCode(before), printableCode(after), '', '', {
    context: contextLines,
  });
  if (hunks.length === 0) return '';
  const lines = [paint('bold', `--- a/${path}`), paint('bold', `+++ b/${path}`)];
  for (const hunk of hunks) {
    lines.push(paint('cyan', `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`));
    for (const line of hunk.lines) lines.push(paintLine(line, paint));
  }
  return `${lines.join('\n')}\n`;
}

function paintLine(line: string, paint: Paint): string {
  if (line.startsWith('+')) return paint('green', line);
  if (line.startsWith('-')) return paint('red', line);
  return line.startsWith('\\') ? paint('gray', line) : line;
}
