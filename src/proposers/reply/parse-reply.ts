import type { Change } from '../proposer.ts';
import { isEditMarker, readEditBlocks, withoutEditBlocks } from './edit-blocks.ts';
import { ideaOf } from './idea.ts';
import { malformed } from './malformed.ts';
import { readWholeFile } from './whole-file.ts';

export interface ParsedReply {
  /** What the reply gives as its idea, or a stand-in; one harmless line. */
  readonly idea: string;
  readonly change: Change;
}

export interface ReplyCircumstances {
  /** How the reply ended: by itself, or at its limit. */
  readonly end?: 'complete' | 'cut';
  /** What was asked for decides when a reply has edits and a whole file. */
  readonly asked?: 'edits' | 'file';
}

/** Longer replies are loops. */
const LONGEST_REPLY = 1_000_000;

/**
 * What a model's tagged text says: an idea, then SEARCH/REPLACE blocks or the whole file. Lenient about layout, never
 * about meaning: a reply with two readings is malformed, and so are edits that may be missing their end.
 */
export function parseReply(reply: string, circumstances: ReplyCircumstances = {}): ParsedReply {
  const text = reply
    .slice(0, LONGEST_REPLY)
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n');
  const lines = withoutThoughts(text).split('\n');
  return { idea: ideaOf(lines), change: changeOf(lines, circumstances) };
}

function changeOf(lines: readonly string[], { end, asked }: ReplyCircumstances): Change {
  if (!lines.some(isEditMarker)) return readWholeFile(lines);
  if (asked === 'file') {
    const file = readWholeFile(withoutEditBlocks(lines));
    if (file.kind === 'source') return file;
  }
  const change = readEditBlocks(lines);
  return end === 'cut' && change.kind === 'edits'
    ? malformed('the reply was cut off at its limit; there may be edits missing')
    : change;
}

/** Servers and templates differ in whether they show that thinking begins, but all show where it ends. */
function withoutThoughts(text: string): string {
  const closing = /<\/(?:think|thinking|reasoning)>/g;
  const last = [...text.matchAll(closing)].at(-1);
  if (last !== undefined) return text.slice(last.index + last[0].length);
  return /^\s*<(?:think|thinking|reasoning)>/.test(text) ? '' : text;
}
