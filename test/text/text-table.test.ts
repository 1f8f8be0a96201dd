import { expect, it } from 'vitest';
import { textTable } from '../../src/text/text-table.ts';

const rows = [
  ['policy', 'gain', 'idea'],
  ['kv-default', '0.00 %', 'the baseline'],
  ['a/1', '+12.50 %', 'less waiting'],
];

it('sets the first column to the left and figures to the right', () => {
  expect(textTable(rows.map((row) => row.slice(0, 2)))).toBe(
    'policy          gain\nkv-default    0.00 %\na/1         +12.50 %\n',
  );
});

it('sets named columns of words to the left and leaves no trailing space', () => {
  expect(textTable(rows, { words: [0, 2] }).split('\n')[2]).toBe('a/1         +12.50 %  less waiting');
  expect(textTable(rows, { words: [0, 2] })).not.toMatch(/ $/m);
});

it('is only a line end for no rows', () => {
  expect(textTable([])).toBe('\n');
});
