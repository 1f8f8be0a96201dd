import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../src/report/diff-view.ts';
import { paintFor } from '../../src/text/paint.ts';

const BEFORE = ['a', 'b', 'c', 'd', 'e', 'f', ''].join('\n');
const AFTER = ['a', 'b', 'c', 'D', 'e', 'f'].join('\n');

describe('a unified diff', () => {
  it('shows what changed with its surroundings', () => {
    expect(
      unifiedDiff(BEFORE, AFTER, { path: 'policies/router/policy.ts', contextLines: 1 }),
    ).toMatchInlineSnapshot(`
      "--- a/policies/router/policy.ts
      +++ b/policies/router/policy.ts
      @@ -3,4 +3,4 @@
       c
      -d
      +D
       e
      -f
      +f
      \\ No newline at end of file
      "
    `);
  });

  it('is empty for equal sources', () => {
    expect(unifiedDiff(BEFORE, BEFORE, { path: 'p.ts' })).toBe('');
  });

  it('is coloured line by line on a terminal', () => {
    const paint = paintFor({ isTTY: true }, {});
    const lines = unifiedDiff('a\nb\n', 'a\nc\n', { path: 'p.ts', paint }).split('\n');
    expect(lines).toEqual([
      '\u001b[1m--- a/p.ts\u001b[22m',
      '\u001b[1m+++ b/p.ts\u001b[22m',
      '\u001b[36m@@ -1,2 +1,2 @@\u001b[39m',
      ' a',
      '\u001b[31m-b\u001b[39m',
      '\u001b[32m+c\u001b[39m',
      '',
    ]);
  });

  it.each<[string, { isTTY?: boolean }, NodeJS.ProcessEnv]>([
    ['in a pipe', {}, {}],
    ['with NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }],
    ['on a dumb terminal', { isTTY: true }, { TERM: 'dumb' }],
  ])('is plain %s', (_where, stream, environment) => {
    expect(unifiedDiff('a\n', 'b\n', { path: 'p.ts', paint: paintFor(stream, environment) })).not.toContain(
      '\u001b',
    );
  });

  it('lets nothing in a source reach the terminal as a command', () => {
    expect(unifiedDiff('a\n', '\u001b]0;title\u0007\u001b[2Jb\u202e\n', { path: 'p.ts' })).toContain(
      '\n+b\n',
    );
  });
});
