export interface LineSpan {
  /** The line without its line end. */
  readonly text: string;
  readonly start: number;
  /** Offset behind the line end. */
  readonly end: number;
}

/** The lines of `text` with their offsets; together they cover it without gaps. */
export function spansOfLines(text: string): LineSpan[] {
  const spans: LineSpan[] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    spans.push({ text: text.slice(start, end).replace(/\r?\n$/, ''), start, end });
    start = end;
  }
  return spans;
}

/** `block`, moved from the indentation of `writtenBeside` to that of `found`; relative indentation stays. */
export function reindented(block: string, writtenBeside: string, found: string): string {
  const from = indentationOf(writtenBeside);
  const to = indentationOf(found);
  if (from === to) return block;
  return block
    .split('\n')
    .map((line) => {
      if (line.trim() === '') return line;
      return line.startsWith(from) ? to + line.slice(from.length) : to + line.trimStart();
    })
    .join('\n');
}

function indentationOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}
