import { describe, expect, it } from 'vitest';
import { barRows } from '../../src/text/bar-rows.ts';

describe('bars', () => {
  it('are as long as their share of the largest value, to an eighth of a character', () => {
    const rows = [
      { label: 'a', value: 1 },
      { label: 'long', value: 16 },
      { label: 'b', value: 3 },
    ];
    expect(barRows(rows, 4, (value) => `${value} s`)).toBe(
      '   a   1 s  ▎\nlong  16 s  ████\n   b   3 s  ▊\n',
    );
  });

  it('are absent when all is zero', () => {
    expect(barRows([{ label: 'none', value: 0 }], 4, String)).toBe('none  0\n');
  });
});
