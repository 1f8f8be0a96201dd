import { describe, expect, it } from 'vitest';
import { GapSketch } from '../../harness/sim/gap-sketch.ts';
import type { RequestOutcomes, SimulationResult } from '../../harness/sim/simulation-result.ts';
import { runSmall } from '../sim/small-workload.ts';
import { firstDifference, OUTCOME_COLUMNS } from './compare-results.ts';

const run = () =>
  runSmall([
    { at: 0, prompt: 100, output: 3 },
    { at: 5, prompt: 40, output: 2 },
  ]);

/** The same result with one outcome changed. */
function with2ndChanged(column: keyof RequestOutcomes, value: number): SimulationResult {
  const result = run();
  const changed = result.outcomes[column].slice();
  changed[1] = value;
  return { ...result, outcomes: { ...result.outcomes, [column]: changed } };
}

describe('two results', () => {
  it('of the same simulation do not differ', () => {
    expect(firstDifference(run(), run())).toBeUndefined();
  });

  it.each(OUTCOME_COLUMNS)('differ in %s', (column) => {
    const before = run().outcomes[column][1];
    expect(firstDifference(run(), with2ndChanged(column, 7))).toBe(`request 2, ${column}: ${before}, not 7`);
  });

  it('differ in the last bit of a time, and in the sign of a zero', () => {
    const { endMs } = run().outcomes;
    const barelyLater = (endMs[1] as number) * (1 + Number.EPSILON);
    expect(firstDifference(run(), with2ndChanged('endMs', barelyLater))).toContain('request 2, endMs');
    const zero = with2ndChanged('admitMs', 0);
    expect(firstDifference(zero, with2ndChanged('admitMs', -0))).toContain('request 2, admitMs');
  });

  it.each(['passes', 'preemptions', 'ties', 'policyCalls', 'lastEventMs', 'placements'] as const)(
    'differ in %s',
    (count) => {
      expect(firstDifference(run(), { ...run(), [count]: 99 })).toContain(`${count}: `);
    },
  );

  it('differ in the order of placements', () => {
    const swapped = { ...run(), placementOrder: Int32Array.of(1, 0) };
    expect(firstDifference(run(), swapped)).toBe('placement 1: request index 0, not 1');
  });

  it('differ in their gaps', () => {
    const gaps = new GapSketch();
    gaps.add(5);
    expect(firstDifference(run(), { ...run(), gaps })).toContain('gaps.itlMs.count');
    const shifted = new GapSketch();
    for (const gapMs of [5, 6, 7]) shifted.add(gapMs);
    expect(firstDifference(run(), { ...run(), gaps: shifted })).toContain('gaps.itlMs.');
  });
});
