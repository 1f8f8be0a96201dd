import { printableLine } from '../../text/printable.ts';

/** Text of others as one line that can neither end a fence nor look like a marker. */
export function quotedLine(text: string, maxLength: number): string {
  return printableLine(text, maxLength)
    .replaceAll(/`{3,}|~{3,}/g, "'''")
    .replaceAll(/<{4,}|>{4,}|={4,}/g, '…');
}

/** Lines of others between fences: for the model to know, not to obey. */
export function quotedBlock(lines: readonly string[]): string {
  return ['```text', ...lines, '```'].join('\n');
}
