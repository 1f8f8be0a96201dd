import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printableCode, printableLine, truncate } from '../../src/text/printable.ts';

describe('a printable line', () => {
  it('is one line without colours, controls or reordering', () => {
    expect(
      printableLine(
        '  two\r\nlines\t and \u001b[1;31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007 ',
      ),
    ).toBe('two lines and red link');
    expect(printableLine('a\u202eb\u2066c\u0000d\u009be\u200f')).toBe('abcde');
  });

  it('is at most as long as asked for, and never half a character', () => {
    expect(printableLine('abcdef', 4)).toBe('abc…');
    expect(printableLine('\u{1F600}'.repeat(9), 3)).toBe('\u{1F600}\u{1F600}…');
    expect(truncate('abcd', 4)).toBe('abcd');
  });

  it('has nothing a terminal acts on, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.integer({ min: 1, max: 100 }),
        (text, maxLength) => {
          const line = printableLine(text, maxLength);
          expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
          expect([...line].length).toBeLessThanOrEqual(maxLength);
        },
      ),
    );
  });

  it('of five megabytes costs no more than of five kilobytes', () => {
    const huge = '\u001b[31m'.repeat(1_000_000);
    expect(printableLine(`start ${huge}`, 10)).toBe('start');
  });
});

describe('printable code', () => {
  it('keeps lines and indentation', () => {
    expect(printableCode('if (a) {\n\treturn 1; // \u001b[2J\u202e\r\n}\n')).toBe(
      'if (a) {\n\treturn 1; // \n}\n',
    );
  });
});
