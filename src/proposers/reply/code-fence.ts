/** Three or more backticks or tildes, then what a reply says of the code: nothing may be quoted inside. */
const FENCE = /^\s*(`{3,}|~{3,})[ \t]*([^\s`{]*)([^`]*)$/;

export interface FenceLine {
  readonly marker: string;
  /** First word behind the marker, in lower case; empty for one that may close a block. */
  readonly language: string;
}

/** A line that opens or closes a code block; undefined for any other. */
export function fenceLine(line: string): FenceLine | undefined {
  const match = line.length < 1000 ? FENCE.exec(line) : null;
  if (match === null) return undefined;
  const [, marker = '', language = '', rest = ''] = match;
  return { marker, language: language === '' && rest.trim() !== '' ? 'other' : language.toLowerCase() };
}

export function isBareFence(line: string): boolean {
  return fenceLine(line)?.language === '';
}

const CODE_LANGUAGES = new Set(['', 'ts', 'typescript', 'tsx', 'js', 'javascript', 'mts', 'other']);

/** Languages and file names under which a policy may be quoted. */
export function isCode(language: string): boolean {
  return CODE_LANGUAGES.has(language) || /\.m?[tj]s\b/.test(language) || /^(?:ts|typescript):/.test(language);
}

/** Languages under which a whole reply gets quoted. */
export function isProse(language: string): boolean {
  return language === 'markdown' || language === 'md' || language === 'text' || language === 'plaintext';
}
