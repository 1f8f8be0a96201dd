import { printableLine } from '../../text/printable.ts';
import { fenceLine, isProse } from './code-fence.ts';
import { isEditMarker } from './edit-blocks.ts';

export const NO_IDEA = 'no idea stated';

const LONGEST_IDEA = 200;
/** `IDEA:`, `### Idea`, `**IDEA:** …`, `1. Idea - …`, with or without the sentence on the same line. */
const HEADER = /^[\s*_#>\-\d.]*idea\b[\s*_]*(?:[:–—-]|$)[\s*_]*(.*?)[\s*_]*$/is;
/** Characters of a line that are read. */
const LONGEST_LINE = 1_000;
const PLACEHOLDER = /^<[^<>]*>$/;

/** The sentence under the reply's IDEA header, as one harmless line. */
export function ideaOf(lines: readonly string[]): string {
  const end = lines.findIndex((line) => isEditMarker(line) || isCodeFence(line));
  const header = lines.slice(0, end < 0 ? lines.length : end);
  for (const [index, line] of header.entries()) {
    const match = HEADER.exec(line.slice(0, LONGEST_LINE));
    if (match === null) continue;
    const below = header.slice(index + 1).find((other) => other.trim() !== '');
    const sentence = match[1] === '' ? (below ?? '') : (match[1] ?? '');
    const idea = printableLine(sentence, LONGEST_IDEA);
    if (/\p{L}/u.test(idea) && !PLACEHOLDER.test(idea)) return idea;
  }
  return NO_IDEA;
}

/** A reply that is quoted as a whole has its header behind the first fence. */
function isCodeFence(line: string): boolean {
  const fence = fenceLine(line);
  return fence !== undefined && !isProse(fence.language);
}
