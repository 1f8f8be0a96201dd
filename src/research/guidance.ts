import { existsSync, readFileSync } from 'node:fs';

/** What the person who runs this wrote down for the model; undefined = nothing. */
export function readGuidance(file: string): string | undefined {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text.trim() === '' ? undefined : text;
}
