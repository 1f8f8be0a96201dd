import type { Edit } from '../proposer.ts';
import { lineSimilarity } from './line-similarity.ts';
import { type LineSpan, reindented, spansOfLines } from './line-spans.ts';

export type EditLocation =
  | { readonly kind: 'found'; readonly start: number; readonly end: number; readonly replacement: string }
  | { readonly kind: 'nowhere'; readonly problem: string };

/** Fuzzy matching looks for at least this many characters, so that `}` alone never lands somewhere by resemblance. */
const FUZZY_MIN_CHARACTERS = 20;
const FUZZY_MAX_CHARACTERS = 200_000;
/** Mean resemblance of the lines of a fuzzy match, and of its worst line, in [0, 1]. */
const FUZZY_MEAN = 0.85;
const FUZZY_WORST = 0.5;

/**
 * The one place of `source` an edit speaks of. Tried in turn: the exact text; whole lines but for trailing white
 * space; whole lines but for indentation; the exact text inside a line; whole lines that resemble the search. The first
 * step that matches decides: two places there are an ambiguity, not a reason to look further.
 */
export function locateEdit(source: string, edit: Edit): EditLocation {
  if (edit.search.trim() === '') return nowhere('has an empty SEARCH');
  const exact = exactPlaces(source, edit.search);
  if (exact.length > 1) return nowhere('matches more than one place; give more context');
  const start = exact[0];
  if (start !== undefined) {
    return { kind: 'found', start, end: start + edit.search.length, replacement: edit.replace };
  }
  return locateLines(source, edit);
}

function nowhere(problem: string): EditLocation {
  return { kind: 'nowhere', problem };
}

/** Offsets of the first two occurrences, overlapping ones included. */
function exactPlaces(source: string, search: string): number[] {
  const first = source.indexOf(search);
  if (first < 0) return [];
  const second = source.indexOf(search, first + 1);
  return second < 0 ? [first] : [first, second];
}

function locateLines(source: string, edit: Edit): EditLocation {
  const lines = spansOfLines(source);
  const wanted = withoutBlankEnds(spansOfLines(edit.search).map((line) => line.text));
  const steps = [
    { name: 'but for trailing white space', places: () => windows(lines, wanted, (text) => text.trimEnd()) },
    { name: 'but for indentation', places: () => windows(lines, wanted, (text) => text.trim()) },
  ];
  for (const step of steps) {
    const location = placeOf(step);
    if (location !== undefined) return location;
  }
  return (
    locateInsideLine(source, edit) ??
    placeOf({ name: 'approximately', places: () => fuzzyWindows(lines, wanted) }) ??
    nowhere('matches nothing in the policy')
  );

  function placeOf({ name, places }: { name: string; places: () => number[] }): EditLocation | undefined {
    const [from, second] = places();
    if (second !== undefined) return nowhere(`matches more than one place ${name}; give more context`);
    if (from === undefined) return undefined;
    return foundLines(lines.slice(from, from + wanted.length), wanted, edit.replace);
  }
}

/** Blocks are read as whole lines; here their last line end is not part of them. */
function locateInsideLine(source: string, edit: Edit): EditLocation | undefined {
  const search = withoutLineEnd(edit.search);
  const [start, second] = exactPlaces(source, search);
  if (second !== undefined) return nowhere('matches more than one place inside lines; give more context');
  if (start === undefined) return undefined;
  return { kind: 'found', start, end: start + search.length, replacement: withoutLineEnd(edit.replace) };
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}

/** First lines of all windows equal to `wanted` under `normalise`. */
function windows(
  lines: readonly LineSpan[],
  wanted: readonly string[],
  normalise: (t: string) => string,
): number[] {
  const target = wanted.map(normalise);
  const texts = lines.map((line) => normalise(line.text));
  const places: number[] = [];
  for (let from = 0; from + target.length <= texts.length; from++) {
    if (target.every((text, offset) => text === texts[from + offset])) places.push(from);
  }
  return places;
}

function fuzzyWindows(lines: readonly LineSpan[], wanted: readonly string[]): number[] {
  const characters = wanted.reduce((sum, line) => sum + line.replaceAll(/\s+/g, '').length, 0);
  const last = lines.at(-1);
  if (characters < FUZZY_MIN_CHARACTERS || characters > FUZZY_MAX_CHARACTERS) return [];
  if (last === undefined || last.end > FUZZY_MAX_CHARACTERS) return [];
  const places: number[] = [];
  for (let from = 0; from + wanted.length <= lines.length; from++) {
    if (resembles(lines, from, wanted)) places.push(from);
  }
  return places;
}

function resembles(lines: readonly LineSpan[], from: number, wanted: readonly string[]): boolean {
  let sum = 0;
  for (const [offset, text] of wanted.entries()) {
    const similarity = lineSimilarity(text, lines[from + offset]?.text ?? '');
    if (similarity < FUZZY_WORST) return false;
    sum += similarity;
  }
  return sum / wanted.length >= FUZZY_MEAN;
}

/** Whole lines are replaced; an empty replacement takes their line ends with it. */
function foundLines(matched: readonly LineSpan[], wanted: readonly string[], replace: string): EditLocation {
  const first = matched[0];
  const last = matched.at(-1);
  if (first === undefined || last === undefined) return nowhere('matches nothing in the policy');
  if (replace.trim() === '') return { kind: 'found', start: first.start, end: last.end, replacement: '' };
  const body = withoutLineEnd(replace);
  return {
    kind: 'found',
    start: first.start,
    end: last.start + last.text.length,
    replacement: reindented(body, wanted[0] ?? '', first.text),
  };
}

function withoutBlankEnds(lines: readonly string[]): string[] {
  let from = 0;
  let to = lines.length;
  while (from < to && lines[from]?.trim() === '') from++;
  while (to > from && lines[to - 1]?.trim() === '') to--;
  return lines.slice(from, to);
}
