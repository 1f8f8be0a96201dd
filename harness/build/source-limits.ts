/** Largest policy source, bytes. */
export const MAX_SOURCE_BYTES = 32 * 1024;
/** Deepest nesting of (), [] and {}: a parser recurses once per level. */
export const MAX_NESTING = 200;

/** Arrow functions and `<` in one source: esbuild takes the cube of nested arrows and the square of chained `<`. */
const MAX_OCCURRENCES = [
  { text: '=>', limit: 200 },
  { text: '<', limit: 1000 },
] as const;

/** Control characters other than tab and line ends, bidirectional overrides, other line separators, lone surrogates. */
const HIDDEN_CHARACTER =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\p{Cs}]/u;

/** What makes a source unfit for any parser, as one line for its author; undefined when it is fit. */
export function sourceLimitViolation(source: string, name: string): string | undefined {
  const bytes = Buffer.byteLength(source);
  if (bytes > MAX_SOURCE_BYTES) {
    return `${name}: ${bytes} bytes, the limit is ${MAX_SOURCE_BYTES}: shorten the policy`;
  }
  const hidden = HIDDEN_CHARACTER.exec(source);
  if (hidden !== null) {
    const code = (hidden[0].codePointAt(0) ?? 0).toString(16).padStart(4, '0').toUpperCase();
    return `${name}:${lineOf(source, hidden.index)}: invisible or control character U+${code}: remove it`;
  }
  for (const { text, limit } of MAX_OCCURRENCES) {
    const count = source.split(text).length - 1;
    if (count > limit)
      return `${name}: ${count} times \`${text}\`, the limit is ${limit}: simplify the policy`;
  }
  const tooDeep = firstTooDeep(source);
  if (tooDeep !== undefined) {
    return `${name}:${lineOf(source, tooDeep)}: brackets nested more than ${MAX_NESTING} deep: flatten the expression`;
  }
  return undefined;
}

/** Position of the first bracket beyond the limit. Brackets in strings and comments count: the check must not parse. */
function firstTooDeep(source: string): number | undefined {
  let depth = 0;
  for (let i = 0; i < source.length; i++) {
    const character = source[i];
    if (character === '(' || character === '[' || character === '{') depth++;
    else if (character === ')' || character === ']' || character === '}') depth--;
    if (depth > MAX_NESTING) return i;
  }
  return undefined;
}

function lineOf(source: string, index: number): number {
  return source.slice(0, index).split('\n').length;
}
