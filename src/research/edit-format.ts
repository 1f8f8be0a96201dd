import type { AnswerFormat } from '../proposers/prompt/answer-format.ts';
import type { Turn } from '../store/records.ts';

/** `auto`: edits, and whole files for a proposer that can't copy. */
export type EditFormat = 'auto' | AnswerFormat;

/** Edits are given up when they missed so much more often than they applied. */
const MISSES_AHEAD = 2;

/** What the next attempt asks for, given all replies so far. */
export function chooseFormat(wanted: EditFormat, turns: Iterable<Turn>): AnswerFormat {
  if (wanted !== 'auto') return wanted;
  let misses = 0;
  let hits = 0;
  for (const turn of turns) {
    if (turn.format !== 'edits') continue;
    if (isMiss(turn)) misses++;
    else hits++;
  }
  return misses >= hits + MISSES_AHEAD ? 'file' : 'edits';
}

/** What a repair asks for: after edits that did not apply, the whole file. */
export function chooseRepairFormat(wanted: EditFormat, last: Turn): AnswerFormat {
  return wanted === 'auto' && isMiss(last) ? 'file' : last.format;
}

function isMiss({ result }: Turn): boolean {
  return result === 'malformed' || result === 'not-applied';
}
