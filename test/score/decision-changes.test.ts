import { describe, expect, it } from 'vitest';
import { decisionChanges } from '../../harness/score/decision-changes.ts';

describe('changed decisions', () => {
  it('are requests on other workers, counted by scenario', () => {
    const before = [
      [0, 1, 2],
      [1, 1],
    ];
    const after = [Int32Array.of(0, 2, 1), Int32Array.of(1, 1)];
    expect(decisionChanges(before, after)).toEqual([
      { changed: 2, of: 3 },
      { changed: 0, of: 2 },
    ]);
  });

  it('are counted as far as both were simulated', () => {
    expect(decisionChanges([[0], [0]], [Int32Array.of(1)])).toEqual([{ changed: 1, of: 1 }]);
    expect(decisionChanges([], [Int32Array.of(1)])).toEqual([]);
  });

  it('do not compare between different traces', () => {
    expect(() => decisionChanges([[0, 1]], [Int32Array.of(0)])).toThrow('1 decisions do not compare with 2');
  });
});
