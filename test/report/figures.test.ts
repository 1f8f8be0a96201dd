import { describe, expect, it } from 'vitest';
import { changesText, gainText } from '../../src/report/figures.ts';

describe('a gain', () => {
  it.each([
    [0.0321, '+3.21 %'],
    [-0.0321, '−3.21 %'],
    [0.000001, '0.00 %'],
    [-0.99, '−99.00 %'],
    [-1, '2.0× slower'],
    [-15.7795, '16.8× slower'],
    [undefined, '–'],
  ])('of %s reads %s', (gain, text) => {
    expect(gainText(gain)).toBe(text);
  });
});

describe('changed decisions', () => {
  it.each([
    [null, '–'],
    [{ changed: 0, of: 5000 }, '0.0 %'],
    [{ changed: 1, of: 5000 }, '< 0.1 %'],
    [{ changed: 617, of: 5000 }, '12.3 %'],
  ])('of %j read %s', (changes, text) => {
    expect(changesText(changes)).toBe(text);
  });
});
