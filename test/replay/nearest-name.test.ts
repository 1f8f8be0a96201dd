import { describe, expect, it } from 'vitest';
import { nearestName } from '../../harness/replay/nearest-name.ts';

const NAMES = ['block_size', 'num_gpu_blocks', 'router_temperature', 'sglang'];

describe('the nearest name', () => {
  it.each([
    ['blocksize', 'block_size'],
    ['Block_Size', 'block_size'],
    ['num_blocks', 'num_gpu_blocks'],
    ['temperature', 'router_temperature'],
    ['block_size', 'block_size'],
  ])('to %s is %s', (text, name) => {
    expect(nearestName(text, NAMES)).toBe(name);
  });

  it('is none when too much differs', () => {
    expect(nearestName('foo', NAMES)).toBeUndefined();
    expect(nearestName('', NAMES)).toBeUndefined();
    expect(nearestName('block_size', [])).toBeUndefined();
  });
});
