import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Edit } from '../../../src/proposers/proposer.ts';
import { applyChange } from '../../../src/proposers/reply/apply-change.ts';
import { locateEdit } from '../../../src/proposers/reply/locate-edit.ts';

const PARENT = `function cost(req, worker) {
  const wait = worker.queuedTokens;
  if (wait > 10) {
    return wait * 2;
  }
  return wait + req.isl;
}
`;

function applied(parent: string, ...edits: Edit[]): string {
  const result = applyChange(parent, { kind: 'edits', edits });
  if (result.kind === 'not-applied') throw new Error(result.problem);
  return result.source;
}

function problem(parent: string, ...edits: Edit[]): string {
  const result = applyChange(parent, { kind: 'edits', edits });
  return result.kind === 'not-applied' ? result.problem : `applied: ${result.source}`;
}

describe('applying edits', () => {
  it('replaces an exact match, even within a line', () => {
    expect(applied(PARENT, { search: 'wait * 2', replace: 'wait * 3' })).toBe(PARENT.replace('* 2', '* 3'));
  });

  it('applies edits in order, each to the result of those before', () => {
    const source = applied(
      PARENT,
      { search: 'wait * 2', replace: 'wait * 3' },
      { search: 'wait * 3', replace: 'wait * 4' },
    );
    expect(source).toBe(PARENT.replace('* 2', '* 4'));
  });

  it('matches whole lines whose trailing white space differs', () => {
    const parent = PARENT.replace('queuedTokens;', 'queuedTokens;  ');
    const source = applied(parent, {
      search: '  const wait = worker.queuedTokens;\n  if (wait > 10) {   \n',
      replace: '  const wait = worker.queued;\n  if (wait > 1) {\n',
    });
    expect(source).toBe(PARENT.replace('queuedTokens;', 'queued;').replace('> 10', '> 1'));
  });

  it('moves the replacement to the indentation it finds', () => {
    const source = applied(PARENT, {
      search: 'if (wait > 10) {\n  return wait * 2;\n}',
      replace: 'if (wait > 20) {\n  return wait * 4;\n}',
    });
    expect(source).toBe(PARENT.replace('> 10', '> 20').replace('* 2', '* 4'));
  });

  it('matches tabs against spaces', () => {
    const source = applied(PARENT, { search: '\t\treturn wait * 2;', replace: '\t\treturn wait * 5;' });
    expect(source).toBe(PARENT.replace('* 2', '* 5'));
  });

  it('finds a misquoted line if only one place resembles it', () => {
    const source = applied(PARENT, {
      search: '  const wait = worker.queueTokens;\n',
      replace: '  const wait = 2 * worker.queuedTokens;\n',
    });
    expect(source).toBe(PARENT.replace('= worker', '= 2 * worker'));
  });

  it('deletes whole lines without leaving an empty one', () => {
    expect(applied('a;\n  b;\nc;\n', { search: 'b;  \n', replace: '' })).toBe('a;\nc;\n');
  });

  it('keeps the line ends and the byte order mark of the parent', () => {
    const parent = `\uFEFF${PARENT.replaceAll('\n', '\r\n')}`;
    const source = applied(parent, {
      search: '\uFEFF  const wait = worker.queuedTokens;\n  if (wait > 10) {',
      replace: '  const wait = 0;\n  if (wait > 1) {',
    });
    const expected = PARENT.replace('worker.queuedTokens', '0').replace('> 10', '> 1');
    expect(source).toBe(`\uFEFF${expected.replaceAll('\n', '\r\n')}`);
  });

  it('takes CRLF in an edit as the LF of the parent', () => {
    const source = applied(PARENT, { search: 'if (wait > 10) {\r\n', replace: 'if (wait > 9) {\r\n' });
    expect(source).toBe(PARENT.replace('> 10', '> 9'));
  });

  it('accepts an edit that changes nothing', () => {
    expect(applied(PARENT, { search: 'wait * 2', replace: 'wait * 2' })).toBe(PARENT);
  });
});

describe('refusing edits', () => {
  it.each([
    ['an empty SEARCH', { search: '', replace: 'x' }, 'edit 1 of 1 has an empty SEARCH: (empty)'],
    ['a blank SEARCH', { search: ' \n', replace: 'x' }, 'edit 1 of 1 has an empty SEARCH: (empty)'],
    [
      'two exact matches',
      { search: 'return wait', replace: 'x' },
      'edit 1 of 1 matches more than one place; give more context: "return wait"',
    ],
    [
      'text that is not there',
      { search: 'const magic = 42;', replace: 'x' },
      'edit 1 of 1 matches nothing in the policy: "const magic = 42;"',
    ],
    [
      'an elision',
      { search: 'function cost(req, worker) {\n...\n}', replace: 'x' },
      'edit 1 of 1 matches nothing',
    ],
  ])('refuses %s', (_name, edit, expected) => {
    expect(problem(PARENT, edit)).toContain(expected);
  });

  it('refuses two places that differ from the search in indentation only', () => {
    const parent = 'if (a) {\n  go();\n}\nif (b) {\n    go();\n}\n';
    expect(problem(parent, { search: '\tgo();\n', replace: '\tstop();\n' })).toContain(
      'more than one place but for indentation',
    );
  });

  it('refuses two places that resemble the search equally', () => {
    const parent = 'const first = worker.queuedTokens;\nconst fjrst = worker.queuedTokens;\n';
    expect(problem(parent, { search: 'const farst = worker.queuedTokens;', replace: 'x' })).toContain(
      'more than one place approximately',
    );
  });

  it('applies none of the edits if one does not match, and says which', () => {
    const edits = [
      { search: 'wait * 2', replace: 'wait * 3' },
      { search: 'absent', replace: '' },
    ];
    expect(problem(PARENT, ...edits)).toContain('edit 2 of 2 matches nothing');
  });

  it('passes on why a reply was malformed', () => {
    const result = applyChange(PARENT, { kind: 'malformed', problem: 'no code in it' });
    expect(result).toEqual({ kind: 'not-applied', problem: 'no code in it' });
  });

  it('refuses a whole source that is empty', () => {
    expect(applyChange(PARENT, { kind: 'source', source: ' \n' }).kind).toBe('not-applied');
  });
});

describe('laws of applying', () => {
  const line = fc.stringMatching(/^ {0,3}[a-c]{0,4} ?$/);
  const text = fc.array(line, { minLength: 1, maxLength: 12 }).map((lines) => `${lines.join('\n')}\n`);

  it('replaces the lines the search names, and nothing else', () => {
    fc.assert(
      fc.property(
        text,
        fc.nat(),
        fc.nat(),
        fc.constantFrom('Q', 'Q\nR', ''),
        (parent, from, length, replace) => {
          const lines = parent.split('\n').slice(0, -1);
          const start = from % lines.length;
          const wanted = lines.slice(start, start + 1 + (length % 3)).map((part) => `${part.trim()} `);
          const edit = { search: wanted.join('\n'), replace };
          const location = locateEdit(parent, edit);
          const result = applyChange(parent, { kind: 'edits', edits: [edit] });
          if (location.kind === 'nowhere') {
            expect(result.kind).toBe('not-applied');
            return;
          }
          const matched = parent.slice(location.start, location.end);
          expect(trimmedText(matched)).toBe(trimmedText(edit.search));
          const expected =
            parent.slice(0, location.start) + location.replacement + parent.slice(location.end);
          expect(result).toEqual({ kind: 'applied', source: expected });
          expect(trimmedText(location.replacement)).toBe(trimmedText(replace));
        },
      ),
    );
  });

  it('refuses every search that occurs more than once', () => {
    fc.assert(
      fc.property(text, fc.stringMatching(/^[a-c]{1,4}$/), (around, repeated) => {
        const parent = `${repeated}\n${around}${repeated}\n`;
        const result = applyChange(parent, { kind: 'edits', edits: [{ search: repeated, replace: 'Q' }] });
        expect(result.kind).toBe('not-applied');
      }),
    );
  });

  it('applies a unique line of any text, and only there', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const parent = `${before}unique line\n${after}`;
        const edit = { search: 'unique line', replace: 'another line' };
        expect(applied(parent, edit)).toBe(`${before}another line\n${after}`);
      }),
    );
  });
});

function trimmedText(block: string): string {
  return block
    .split('\n')
    .map((part) => part.trim())
    .join('\n')
    .trim();
}
