/** A replacement of source[start, end) by `text`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies edits that don't overlap; insertions at one offset keep their order. */
export function applyTextEdits(source: string, edits: readonly TextEdit[]): string {
  const ordered = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let text = '';
  let offset = 0;
  for (const edit of ordered) {
    text += source.slice(offset, edit.start) + edit.text;
    offset = edit.end;
  }
  return text + source.slice(offset);
}

export function lineStartOf(source: string, offset: number): number {
  return source.lastIndexOf('\n', offset - 1) + 1;
}

/** Columns before `offset` on its line, where they are blank; otherwise those of the line's indentation. */
export function indentationAt(source: string, offset: number): number {
  const line = source.slice(lineStartOf(source, offset), offset);
  return /^ */.exec(line)?.[0].length ?? 0;
}

/** Start of the line at `offset`, or of the comment lines directly above it. */
export function startWithComments(source: string, offset: number): number {
  let start = lineStartOf(source, offset);
  while (start > 0) {
    const above = lineStartOf(source, start - 1);
    if (!/^\s*(?:\/\/|\/\*|\*)/.test(source.slice(above, start))) break;
    start = above;
  }
  return start;
}

/** Deletes whole lines from the one of `start` to the one of `end`, comment lines directly above included. */
export function deletionOfLines(source: string, start: number, end: number): TextEdit {
  const newline = source.indexOf('\n', end);
  return {
    start: startWithComments(source, start),
    end: newline < 0 ? source.length : newline + 1,
    text: '',
  };
}
