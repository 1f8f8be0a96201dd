import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queueDepth } from '../../harness/replay/queue-depth.ts';
import type { RequestOutcomes } from '../../harness/sim/simulation-result.ts';

const NEVER = Number.NaN;

interface Wait {
  readonly arrival: number;
  readonly admit?: number;
  readonly end?: number;
}

function outcomesOf(waits: readonly Wait[]): Pick<RequestOutcomes, 'arrivalMs' | 'admitMs' | 'endMs'> {
  return {
    arrivalMs: Float64Array.from(waits, ({ arrival }) => arrival),
    admitMs: Float64Array.from(waits, ({ admit }) => admit ?? NEVER),
    endMs: Float64Array.from(waits, ({ end }) => end ?? NEVER),
  };
}

describe('queue depth', () => {
  it('is the mean number of waiting requests in each of sixty bins', () => {
    const waits = [
      { arrival: 0, admit: 20 },
      { arrival: 5, admit: 15 },
      { arrival: 595, end: 600 },
      { arrival: 590 },
      { arrival: NEVER },
    ];
    const { mean, bin_ms, peak } = queueDepth(outcomesOf(waits), 600);
    expect(bin_ms).toBe(10);
    expect(peak).toBe(2);
    expect(mean).toHaveLength(60);
    expect(mean.slice(0, 3)).toEqual([1.5, 1.5, 0]);
    expect(mean.at(-1)).toBe(1.5);
  });

  it('never counts who leaves together with who comes', () => {
    const relay = [0, 10, 20].map((arrival) => ({ arrival, admit: arrival + 10 }));
    expect(queueDepth(outcomesOf(relay), 60).peak).toBe(1);
  });

  it('does not count who is admitted at once', () => {
    expect(queueDepth(outcomesOf([{ arrival: 5, admit: 5 }]), 60).peak).toBe(0);
  });

  it('is empty for a replay without duration', () => {
    expect(queueDepth(outcomesOf([{ arrival: 0, admit: 0 }]), 0)).toEqual({ peak: 0, bin_ms: 0, mean: [] });
  });

  it('adds up to the time waited', () => {
    const wait = fc
      .tuple(fc.double({ min: 0, max: 900, noNaN: true }), fc.double({ min: 0, max: 100, noNaN: true }))
      .map(([arrival, wait]) => ({ arrival, admit: arrival + wait }));
    fc.assert(
      fc.property(fc.array(wait, { maxLength: 30 }), (waits) => {
        const { mean, bin_ms, peak } = queueDepth(outcomesOf(waits), 1000);
        const waited = waits.reduce((sum, { arrival, admit }) => sum + admit - arrival, 0);
        expect(mean.reduce((sum, depth) => sum + depth * bin_ms, 0)).toBeCloseTo(waited, 6);
        expect(peak).toBeLessThanOrEqual(waits.length);
      }),
    );
  });
});
