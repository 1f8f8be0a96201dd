import type { Change, Edit } from './proposer.ts';

export interface ParsedReply {
  /** The reply's `IDEA:` header, or a stand-in. */
  readonly idea: string;
  readonly change: Change;
}

const SEARCH = /^\s*<{5,9}\s*SEARCH\s*$/;
const DIVIDER = /^\s*={5,9}\s*$/;
const REPLACE = /^\s*>{5,9}\s*REPLACE\s*$/;
const FENCE = /^\s*(`{3,}|~{3,})\s*([\w-]*)\s*$/;
const HEADER = /^[\s*_#>-]*idea[\s*_]*:[\s*_]*(.+?)[\s*_]*$/i;
/** A line that stands for code the model left out. */
const ELISION = /^\s*(?:\/\/\s*)?(?:\.{3,}|…)\s*(?:(?:existing|rest|unchanged|same|remaining)\b.*)?$/i;
const CODE_LANGUAGES = new Set(['', 'ts', 'typescript', 'js', 'javascript', 'mts']);

/**
 * What a model's tagged text says: header lines, then SEARCH/REPLACE blocks or one fenced whole file. Lenient about
 * layout, never about meaning: a reply with two readings is malformed.
 */
export function parseReply(reply: string): ParsedReply {
  const text = reply.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const lines = withoutThoughts(text).split('\n');
  const idea = ideaOf(lines);
  const hasMarkers = lines.some((line) => SEARCH.test(line) || REPLACE.test(line));
  return { idea, change: hasMarkers ? editsOf(lines) : fileOf(lines) };
}

function withoutThoughts(text: string): string {
  return text.replace(/^\s*<think>[\s\S]*?<\/think>/, '');
}

function ideaOf(lines: readonly string[]): string {
  for (const line of lines) {
    if (SEARCH.test(line) || FENCE.test(line)) break;
    const idea = line.length < 1000 ? HEADER.exec(line)?.[1] : undefined;
    if (idea !== undefined) return idea;
  }
  return 'no idea stated';
}

function malformed(problem: string): Change {
  return { kind: 'malformed', problem };
}

/** Which part of a block the lines being read belong to. */
type Place = { part: 'outside' } | ({ part: 'search' } & OpenBlock) | ({ part: 'replace' } & OpenBlock);

interface OpenBlock {
  readonly openedOn: number;
  readonly search: string[];
  readonly replace: string[];
}

function editsOf(lines: readonly string[]): Change {
  const edits: Edit[] = [];
  let place = { part: 'outside' } as Place;
  for (const [index, line] of lines.entries()) {
    const lineNumber = index + 1;
    if (SEARCH.test(line)) {
      if (place.part !== 'outside')
        return malformed(`line ${lineNumber} of the reply opens a block inside a block`);
      place = { part: 'search', openedOn: lineNumber, search: [], replace: [] };
    } else if (REPLACE.test(line)) {
      if (place.part !== 'replace')
        return malformed(`line ${lineNumber} of the reply closes a block without a SEARCH and a divider`);
      edits.push(editOf(place.search, place.replace));
      place = { part: 'outside' };
    } else if (place.part === 'search') {
      if (DIVIDER.test(line))
        place = { part: 'replace', openedOn: place.openedOn, search: place.search, replace: [] };
      else place.search.push(line);
    } else if (place.part === 'replace') {
      if (DIVIDER.test(line))
        return malformed(`line ${lineNumber} of the reply is a second divider in one block`);
      if (ELISION.test(line)) return malformed(elides(lineNumber));
      place.replace.push(line);
    }
  }
  if (place.part !== 'outside') {
    return malformed(
      `the block opened on line ${place.openedOn} of the reply is never closed; is the reply cut off?`,
    );
  }
  return { kind: 'edits', edits };
}

function editOf(search: readonly string[], replace: readonly string[]): Edit {
  return { search: asText(withoutFence(search)), replace: asText(withoutFence(replace)) };
}

function withoutFence(lines: readonly string[]): readonly string[] {
  const fenced = lines.length >= 2 && FENCE.test(lines[0] ?? '') && FENCE.test(lines.at(-1) ?? '');
  return fenced ? lines.slice(1, -1) : lines;
}

/** Whole lines, so that replacing lines by nothing leaves no empty line behind. */
function asText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function elides(lineNumber: number): string {
  return `line ${lineNumber} of the reply leaves out code ("..."); write it in full`;
}

interface Fence {
  readonly openedOn: number;
  readonly marker: string;
  readonly language: string;
  readonly lines: string[];
}

function fileOf(lines: readonly string[]): Change {
  const closed: Fence[] = [];
  let open: Fence | undefined;
  for (const [index, line] of lines.entries()) {
    const fence = FENCE.exec(line);
    const marker = fence?.[1] ?? '';
    if (open !== undefined && marker.startsWith(open.marker) && fence?.[2] === '') {
      closed.push(open);
      open = undefined;
    } else if (open !== undefined) {
      open.lines.push(line);
    } else if (marker !== '') {
      open = { openedOn: index + 1, marker, language: (fence?.[2] ?? '').toLowerCase(), lines: [] };
    }
  }
  if (open !== undefined) {
    return malformed(
      `the code block opened on line ${open.openedOn} of the reply is never closed; is the reply cut off?`,
    );
  }
  return chooseFile(closed.filter((fence) => CODE_LANGUAGES.has(fence.language)));
}

function chooseFile(fences: readonly Fence[]): Change {
  if (fences.length === 0) return malformed('the reply has neither a SEARCH/REPLACE block nor a fenced file');
  const modules = fences.filter((fence) =>
    fence.lines.some((line) => line.trimStart().startsWith('export default')),
  );
  const candidates = fences.length === 1 ? fences : modules;
  const file = candidates[0];
  if (file === undefined || candidates.length > 1) {
    return malformed(`the reply has ${fences.length} code blocks; one must be the whole policy file`);
  }
  const elided = file.lines.findIndex((line) => ELISION.test(line));
  if (elided >= 0) return malformed(elides(file.openedOn + elided + 1));
  return { kind: 'source', source: asText(file.lines) };
}
