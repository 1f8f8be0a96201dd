import { stripVTControlCharacters } from 'node:util';

const ELLIPSIS = '…';

/** Characters that can move the cursor, hide text or reorder it: controls, line separators, bidi overrides. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Text of others (a model's idea, a policy's error) as one harmless line of at most `maxLength` characters. */
export function printableLine(text: string, maxLength = 200): string {
  // Whatever is cut from a very long text can't show; cutting first keeps this cheap.
  const start = text.slice(0, maxLength * 16);
  const line = stripVTControlCharacters(start).replaceAll(/\s+/gu, ' ').replaceAll(UNPRINTABLE, '').trim();
  return truncate(line, maxLength);
}

/** Source code of others, harmless to show: line breaks and tabs stay, what a terminal would act on goes. */
export function printableCode(text: string): string {
  return stripVTControlCharacters(text).replaceAll(UNPRINTABLE, (character) =>
    character === '\n' || character === '\t' ? character : '',
  );
}

/** At most `maxLength` characters, the last an ellipsis when something was cut. Never splits a character. */
export function truncate(text: string, maxLength: number): string {
  const characters = [...text];
  return characters.length <= maxLength
    ? text
    : characters
        .slice(0, maxLength - 1)
        .join('')
        .trimEnd() + ELLIPSIS;
}
