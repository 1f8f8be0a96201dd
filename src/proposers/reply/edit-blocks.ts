import type { Change, Edit } from '../proposer.ts';
import { fenceLine, isBareFence } from './code-fence.ts';
import { malformed } from './malformed.ts';
import { omissionOf } from './omissions.ts';

/** Models put the file's name or other words behind the markers. */
const OPENING = /^\s*<{5,9}(?![<=])[^<>]{0,80}$/;
const DIVIDER = /^\s*={5,9}\s*$/;
const CLOSING = /^\s*>{5,9}(?![>=])[^<>]{0,80}$/;

export function isEditMarker(line: string): boolean {
  return OPENING.test(line) || CLOSING.test(line);
}

/** Which part of a block the lines being read belong to. */
type Place = { part: 'outside' } | ({ part: 'search' | 'replace' } & OpenBlock);

interface OpenBlock {
  readonly openedOn: number;
  readonly search: string[];
  readonly replace: string[];
}

/** The SEARCH/REPLACE blocks of a reply. One that is not whole makes all of them malformed. */
export function readEditBlocks(lines: readonly string[]): Change {
  const edits: Edit[] = [];
  let place = { part: 'outside' } as Place;
  for (const [index, line] of lines.entries()) {
    const step = readLine(place, line, index + 1);
    if ('problem' in step) return malformed(`line ${index + 1} of the reply ${step.problem}`);
    if (step.edit !== undefined) edits.push(step.edit);
    place = step.place;
  }
  if (place.part === 'outside') return { kind: 'edits', edits };
  const what = `the block opened on line ${place.openedOn} of the reply`;
  return malformed(`${what} is never closed; is the reply cut off?`);
}

/** The lines around the blocks. */
export function withoutEditBlocks(lines: readonly string[]): readonly string[] {
  let isInside = false;
  return lines.filter((line) => {
    if (OPENING.test(line)) isInside = true;
    const isAround = !isInside;
    if (CLOSING.test(line)) isInside = false;
    return isAround;
  });
}

type Step = { readonly place: Place; readonly edit?: Edit } | { readonly problem: string };

function readLine(place: Place, line: string, lineNumber: number): Step {
  if (OPENING.test(line)) {
    if (place.part !== 'outside') return { problem: 'opens a block inside a block' };
    return { place: { part: 'search', openedOn: lineNumber, search: [], replace: [] } };
  }
  if (CLOSING.test(line)) {
    if (place.part !== 'replace') return { problem: 'closes a block without a SEARCH and a divider' };
    return { place: { part: 'outside' }, edit: editOf(place.search, place.replace) };
  }
  if (place.part === 'outside') return { place };
  if (DIVIDER.test(line)) {
    if (place.part === 'replace') return { problem: 'is a second divider in one block' };
    return { place: { ...place, part: 'replace' } };
  }
  if (place.part === 'search') {
    place.search.push(line);
    return { place };
  }
  const omission = omissionOf(line);
  if (omission !== undefined) return { problem: omission };
  place.replace.push(line);
  return { place };
}

function editOf(search: readonly string[], replace: readonly string[]): Edit {
  return { search: asText(withoutFence(search)), replace: asText(withoutFence(replace)) };
}

function withoutFence(lines: readonly string[]): readonly string[] {
  const [first = '', last = ''] = [lines[0], lines.at(-1)];
  const isFenced = lines.length >= 2 && fenceLine(first) !== undefined && isBareFence(last);
  return isFenced ? lines.slice(1, -1) : lines;
}

/** Whole lines, so that replacing lines by nothing leaves no empty line behind. */
export function asText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
