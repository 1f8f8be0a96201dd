import type { Paint } from './paint.ts';

/** One thing that was looked at, and what to do where it is not as it should be. */
export interface Check {
  readonly name: string;
  /** `note`: works, but there is something to know. */
  readonly state: 'ok' | 'note' | 'failed';
  readonly detail: string;
  readonly remedy?: string;
}

const MARKS = { ok: '✓', note: '!', failed: '✗' } as const;
const COLOURS = { ok: 'green', note: 'yellow', failed: 'red' } as const;

/** One line per check, and one more where there is something to do. */
export function checkList(checks: readonly Check[], paint: Paint): string {
  const width = Math.max(0, ...checks.map(({ name }) => name.length));
  return checks
    .flatMap(({ name, state, detail, remedy }) => [
      `${paint(COLOURS[state], MARKS[state])} ${name.padEnd(width)}  ${detail}\n`,
      ...(remedy === undefined ? [] : [`${' '.repeat(width + 4)}${remedy}\n`]),
    ])
    .join('');
}
