import { expect, test } from 'vitest';
import { groupedNumber } from '../../src/text/grouped-number.ts';

test('thousands stand apart, decimals are rounded', () => {
  expect(groupedNumber(0)).toBe('0');
  expect(groupedNumber(999.4)).toBe('999');
  expect(groupedNumber(1000)).toBe('1,000');
  expect(groupedNumber(-1234567.891, 2)).toBe('-1,234,567.89');
  expect(groupedNumber(0.005, 1)).toBe('0.0');
  expect(groupedNumber(Number.NaN, 2)).toBe('NaN');
});
