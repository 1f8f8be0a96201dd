import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GapSketch } from '../../harness/sim/gap-sketch.ts';
import { LogSketch } from '../../harness/sim/log-sketch.ts';

const PERCENTS = [0, 1, 10, 25, 50, 75, 90, 99, 99.9, 100];

interface Stretch {
  readonly passMs: number;
  readonly passes: number;
  readonly requests: number;
  readonly kind: 'single' | 'equal' | 'any' | 'growing';
}

const stretches = fc.array(
  fc.record<Stretch>({
    passMs: fc.oneof(
      fc.double({ min: 0.001, max: 2_000, noNaN: true }),
      fc.integer({ min: 1, max: 60_000_000 }).map((nanoseconds) => nanoseconds / 1e6),
      // Edges of the buckets of gaps and of rates.
      fc.integer({ min: 400, max: 3_000 }).map((bucket) => (1.001 / 0.999) ** bucket),
      fc.integer({ min: 400, max: 3_000 }).map((bucket) => 1000 / (1.001 / 0.999) ** bucket),
      fc.constantFrom(0, 1, 5e-7, 3_000_000, 1e-12),
    ),
    passes: fc.integer({ min: 1, max: 40 }),
    requests: fc.integer({ min: 1, max: 300 }),
    kind: fc.constantFrom('single', 'equal', 'any', 'growing'),
  }),
  { maxLength: 60 },
);

/** Feeds a sketch and, gap by gap, what it is to agree with. */
function recorded(all: readonly Stretch[], startMs: number) {
  const sketch = new GapSketch();
  const gaps = new LogSketch();
  const rates = new LogSketch();
  const clockMs = new Float64Array(64);
  let at = startMs;
  let leastGap = Number.POSITIVE_INFINITY;
  for (const { passMs, passes, requests, kind } of all) {
    clockMs[0] = at;
    for (let pass = 0; pass < passes; pass++) {
      const end = at + (kind === 'growing' ? passMs * (1 + pass / 1000) : passMs);
      const gap = end - at;
      gaps.add(gap, requests);
      if (gap > 0) {
        rates.add(1000 / gap, requests);
        leastGap = Math.min(leastGap, gap);
      }
      if (kind === 'single') sketch.add(gap, requests);
      clockMs[pass + 1] = end;
      at = end;
    }
    if (kind === 'equal') sketch.addEqualPasses(clockMs, 0, passes, passMs, requests);
    if (kind === 'any' || kind === 'growing') sketch.addPasses(clockMs, 0, passes, requests);
  }
  return { sketch, gaps, rates, tolerance: 1e-9 + (4 * Number.EPSILON * at) / leastGap };
}

function expectEqual(actual: LogSketch, expected: LogSketch, tolerance: number): void {
  for (const figure of ['count', 'min', 'max'] as const) expect(actual[figure]).toBe(expected[figure]);
  for (const percent of PERCENTS) expect(actual.percentile(percent)).toBe(expected.percentile(percent));
  const scale = Math.max(Math.abs(expected.mean), expected.std);
  for (const figure of ['mean', 'std'] as const)
    expect(Math.abs(actual[figure] - expected[figure])).toBeLessThanOrEqual(tolerance * scale);
}

test('stretches of passes count like their gaps one by one, whatever lies on the edge of a bucket', () => {
  fc.assert(
    fc.property(stretches, fc.double({ min: 0, max: 1e7, noNaN: true }), (all, startMs) => {
      const { sketch, gaps, rates, tolerance } = recorded(all, startMs);
      expectEqual(sketch.itlMs, gaps, tolerance);
      expectEqual(sketch.tokensPerSecond, rates, tolerance);
    }),
    { numRuns: 300 },
  );
});

test('figures can be read while gaps are still being added', () => {
  const sketch = new GapSketch();
  sketch.add(5, 2);
  expect(sketch.itlMs.count).toBe(2);
  expect(sketch.itlMs.percentile(50)).toBe(sketch.itlMs.percentile(99));
  sketch.add(10, 2);
  expect(sketch.itlMs.max).toBe(10);
  expect(sketch.itlMs.mean).toBe(7.5);
  expect(sketch.tokensPerSecond.min).toBe(100);
});

test('equal gaps do not deviate', () => {
  for (const passMs of [2, 3.7, 12.345678]) {
    const sketch = new GapSketch();
    const clockMs = Float64Array.from({ length: 6 }, (_, pass) => pass * passMs);
    sketch.addPasses(clockMs, 0, 5, 3);
    expect(sketch.itlMs.std).toBeLessThan(1e-8);
    expect(sketch.tokensPerSecond.std).toBeLessThan(1e-6);
  }
});
