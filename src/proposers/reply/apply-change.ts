import type { Change, Edit } from '../proposer.ts';
import { locateEdit } from './locate-edit.ts';

export type AppliedChange =
  | { readonly kind: 'applied'; readonly source: string }
  | { readonly kind: 'not-applied'; readonly problem: string };

const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The source a change makes of its parent. All edits apply or none does. A change that leaves the parent as it was
 * still counts as applied.
 */
export function applyChange(parentSource: string, change: Change): AppliedChange {
  switch (change.kind) {
    case 'malformed':
      return { kind: 'not-applied', problem: change.problem };
    case 'source':
      return applySource(parentSource, change.source);
    case 'edits':
      return applyEdits(parentSource, change.edits);
  }
}

function applySource(parentSource: string, source: string): AppliedChange {
  const text = inLineEndingsOf(parentSource, withoutByteOrderMark(source));
  if (text.trim() === '') return { kind: 'not-applied', problem: 'the proposed source is empty' };
  return { kind: 'applied', source: text };
}

function applyEdits(parentSource: string, edits: readonly Edit[]): AppliedChange {
  if (edits.length === 0) return { kind: 'not-applied', problem: 'the proposal has no edits' };
  let source = parentSource;
  for (const [index, edit] of edits.entries()) {
    const location = locateEdit(source, {
      search: inLineEndingsOf(source, withoutByteOrderMark(edit.search)),
      replace: inLineEndingsOf(source, withoutByteOrderMark(edit.replace)),
    });
    if (location.kind === 'nowhere') {
      const which = `edit ${index + 1} of ${edits.length}`;
      return { kind: 'not-applied', problem: `${which} ${location.problem}: ${excerpt(edit.search)}` };
    }
    source = source.slice(0, location.start) + location.replacement + source.slice(location.end);
  }
  return { kind: 'applied', source };
}

function withoutByteOrderMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

/** `text` with CRLF where `model` uses CRLF throughout, LF otherwise. */
function inLineEndingsOf(model: string, text: string): string {
  const unix = text.replaceAll('\r\n', '\n');
  const usesCrlf = model.includes('\r\n') && !/(^|[^\r])\n/.test(model);
  return usesCrlf ? unix.replaceAll('\n', '\r\n') : unix;
}

function excerpt(search: string): string {
  const firstLine = search.slice(0, 2000).trim().split('\n', 1)[0] ?? '';
  return firstLine === ''
    ? '(empty)'
    : `"${firstLine.length > 60 ? `${firstLine.slice(0, 60)}…` : firstLine}"`;
}
