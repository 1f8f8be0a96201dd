import { describe, expect, it } from 'vitest';
import { sparkline } from '../../src/text/sparkline.ts';

describe('a sparkline', () => {
  it('gives the tallest value full height and others their share', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7, 8], 20)).toBe('▁▂▃▄▅▆▇██');
  });

  it('averages neighbours to fit the width', () => {
    expect(sparkline([8, 8, 0, 8, 0, 0], 3)).toBe('█▅▁');
    expect(sparkline(new Array(1000).fill(1), 60)).toBe('█'.repeat(60));
  });

  it('is flat without values and empty without bars', () => {
    expect(sparkline([0, 0], 5)).toBe('▁▁');
    expect(sparkline([], 5)).toBe('');
  });
});
