import { LINE_WIDTH } from './lay-out.ts';

/** A doc comment at the left margin: one line if it fits, otherwise wrapped. */
export function layOutDocComment(text: string): string {
  const oneLine = `/** ${text} */`;
  if (oneLine.length <= LINE_WIDTH) return oneLine;
  const lines: string[] = [];
  let line = ' *';
  for (const word of text.split(/\s+/)) {
    if (line.length + 1 + word.length > LINE_WIDTH) {
      lines.push(line);
      line = ' *';
    }
    line += ` ${word}`;
  }
  return `/**\n${[...lines, line].join('\n')}\n */`;
}

/** What a doc comment says, on one line. */
function textOfDocComment(comment: string): string {
  return comment
    .replace(/^\/\*+/, '')
    .replace(/\*+\/$/, '')
    .replaceAll(/\n\s*\* ?/g, '\n')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The comment with a sentence added at its end, unless it has it already. */
export function withRemark(comment: string, remark: string): string {
  const text = textOfDocComment(comment);
  if (text.includes(remark)) return comment;
  if (!comment.includes('\n')) return layOutDocComment(`${text} ${remark}`);
  return comment.replace(/\s*\*\/$/, `\n * ${remark}\n */`);
}
