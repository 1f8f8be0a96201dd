import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MeasuredColumns, measureScenario, percentile } from '../../harness/score/measure-scenario.ts';
import { NO_HOOK_CALLS } from '../../harness/sim/hook-calls.ts';

const REQUESTS = {
  name: 's',
  workers: 2,
  promptTokens: Int32Array.of(1000, 2000, 3000, 500),
  outputTokens: Int32Array.of(11, 1, 101, 0),
  scored: Uint8Array.of(0, 1, 1, 1),
  fastestPassMs: 3,
};

const CALLS = { ...NO_HOOK_CALLS, cost: 8 };

/** Four requests by hand: the first is warm-up, the second has one token, the last has none. */
function columns(): MeasuredColumns {
  return {
    status: Uint8Array.of(2, 2, 2, 2),
    worker: Int32Array.of(0, 1, 0, 1),
    arrivalMs: Float64Array.of(0, 10, 20, 30),
    admitMs: Float64Array.of(0, 10, 25, 40),
    firstTokenMs: Float64Array.of(50, 110, 1020, Number.NaN),
    lastTokenMs: Float64Array.of(500, 110, 4020, Number.NaN),
    endMs: Float64Array.of(500, 110, 4020, 90),
    outputTokens: Int32Array.of(11, 1, 101, 0),
    reusedTokens: Int32Array.of(512, 0, 1100, 0),
    placementOrder: Int32Array.of(0, 1, 2, 3),
    placementCalls: Int32Array.of(1, 2, 3, 4),
  };
}

function metricsOf(measured: MeasuredColumns, requests = REQUESTS) {
  const measurement = measureScenario(requests, measured, CALLS);
  if (measurement.kind !== 'measured') throw new Error(measurement.reason);
  return measurement.metrics;
}

function violationOf(change: (columns: MeasuredColumns) => void): string | undefined {
  const measured = columns();
  change(measured);
  const measurement = measureScenario(REQUESTS, measured, CALLS);
  return measurement.kind === 'measured' ? undefined : measurement.reason;
}

describe('the metrics of a scenario', () => {
  it('are those of its scored requests', () => {
    expect(metricsOf(columns())).toMatchObject({
      scenario: 's',
      requests: 3,
      completed: 3,
      ttftMeanMs: (100 + 1000) / 2,
      ttftP50Ms: 1000,
      ttftP99Ms: 1000,
      e2eMeanMs: (100 + 4000 + 60) / 3,
      e2eP99Ms: 4000,
      tpotMeanMs: 30,
      goodput: 1,
      reuse: 1100 / 5500,
      policyCalls: 8,
      hookCalls: CALLS,
    });
  });

  it('count slow first tokens and slow streams against goodput', () => {
    const slowStart = columns();
    slowStart.firstTokenMs[1] = 2011;
    slowStart.lastTokenMs[1] = 2011;
    slowStart.endMs[1] = 2011;
    expect(metricsOf(slowStart).goodput).toBeCloseTo(2 / 3, 12);
    const slowStream = columns();
    slowStream.lastTokenMs[2] = 6021;
    slowStream.endMs[2] = 6021;
    expect(metricsOf(slowStream).goodput).toBeCloseTo(2 / 3, 12);
  });

  it('count a rejected request as lost', () => {
    const rejected = columns();
    rejected.status[1] = 3;
    expect(metricsOf(rejected)).toMatchObject({
      requests: 3,
      completed: 2,
      goodput: 2 / 3,
      ttftMeanMs: 1000,
    });
  });

  it('name decisions: another worker or another order is another hash', () => {
    const { decisionHash } = metricsOf(columns());
    const moved = columns();
    moved.worker[3] = 0;
    const swapped = columns();
    swapped.placementOrder.set([1, 0]);
    const hashes = [metricsOf(moved), metricsOf(swapped)].map((metrics) => metrics.decisionHash);
    expect(new Set([decisionHash, ...hashes]).size).toBe(3);
    const slower = columns();
    slower.endMs[0] = 501;
    expect(metricsOf(slower).decisionHash).toBe(decisionHash);
  });
});

describe('columns that cannot be true', () => {
  it.each<[string, (columns: MeasuredColumns) => void, string]>([
    ['a request in flight', ({ status }) => status.fill(1, 2, 3), 'request 3 arrived, but neither completed'],
    [
      'a request that never arrived',
      ({ status }) => status.fill(0, 0, 1),
      'request 1 arrived, but neither completed',
    ],
    [
      'an admission before arrival',
      ({ admitMs }) => admitMs.fill(9, 1, 2),
      'request 2 has an event before its cause',
    ],
    [
      'a first token before admission',
      ({ firstTokenMs }) => firstTokenMs.fill(24, 2, 3),
      'request 3 has an event',
    ],
    [
      'a last token before the first',
      ({ lastTokenMs }) => lastTokenMs.fill(40, 0, 1),
      'request 1 has an event',
    ],
    ['an end before the last token', ({ endMs }) => endMs.fill(499, 0, 1), 'request 1 has an event'],
    [
      'a time that is no number',
      ({ firstTokenMs }) => firstTokenMs.fill(Number.NaN, 0, 1),
      'request 1 has an event',
    ],
    ['an arrival before time zero', ({ arrivalMs }) => arrivalMs.fill(-1, 0, 1), 'request 1 has an event'],
    ['an endless request', ({ endMs }) => endMs.fill(Number.POSITIVE_INFINITY, 3), 'request 4 has an event'],
    [
      'missing output',
      ({ outputTokens }) => outputTokens.fill(100, 2, 3),
      'request 3 produced 100 of 101 tokens',
    ],
    [
      'more reuse than tokens',
      ({ reusedTokens }) => reusedTokens.fill(1012, 0, 1),
      'request 1 reused 1012 tokens',
    ],
    ['a worker that is not there', ({ worker }) => worker.fill(2, 0, 1), 'request 1 ran on worker 2 of 2'],
    ['no worker', ({ worker }) => worker.fill(-1, 0, 1), 'request 1 ran on worker -1 of 2'],
    [
      'a request placed twice',
      ({ placementOrder }) => placementOrder.fill(0, 1, 2),
      'a request was placed twice',
    ],
    [
      'a placement of nothing',
      ({ placementOrder }) => placementOrder.fill(4, 3),
      'a request was placed twice',
    ],
    ['nothing but rejections', ({ status }) => status.fill(3), 'no scored request completed'],
    [
      'a first token at arrival',
      ({ admitMs, firstTokenMs }) => {
        admitMs[1] = 10;
        firstTokenMs[1] = 10;
      },
      'request 2 was served faster than the engine can',
    ],
    [
      'tokens faster than passes',
      ({ lastTokenMs, endMs }) => {
        lastTokenMs[2] = 1020 + 100 * 2.9;
        endMs[2] = 1020 + 100 * 2.9;
      },
      'request 3 was served faster than the engine can',
    ],
  ])('with %s are no score', (_title, change, reason) => {
    expect(violationOf(change)).toMatch(new RegExp(`^s: ${reason}`));
  });

  it('and no time at all, where the engine takes none, are no score', () => {
    const measured = columns();
    for (const column of ['admitMs', 'firstTokenMs', 'lastTokenMs', 'endMs'] as const)
      measured[column].set(measured.arrivalMs);
    const measurement = measureScenario({ ...REQUESTS, fastestPassMs: 0 }, measured, CALLS);
    expect(measurement).toEqual({ kind: 'invariant-violated', reason: 's: its mean TTFT is 0 ms' });
  });

  it('because a placement is missing are no score', () => {
    const short = { ...columns(), placementOrder: Int32Array.of(0, 1, 2) };
    expect(measureScenario(REQUESTS, short, CALLS)).toMatchObject({ kind: 'invariant-violated' });
  });
});

describe('a policy', () => {
  it('whose cost was not asked before every placement has no score', () => {
    const unasked = { ...NO_HOOK_CALLS, cost: 3, onRouted: 4 };
    expect(measureScenario(REQUESTS, columns(), unasked)).toEqual({
      kind: 'invariant-violated',
      reason: 's: router.cost was called 3 times for 4 placements',
    });
  });
});

describe('a percentile', () => {
  it('is the value at the nearest rank, halves up', () => {
    const sorted = Float64Array.of(1, 2, 3, 4);
    expect([0, 16, 17, 50, 99, 100].map((p) => percentile(sorted, p))).toEqual([1, 1, 2, 3, 4, 4]);
  });

  it('lies between the extremes and grows with p', () => {
    const values = fc.array(fc.double({ noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.nat(100), fc.nat(100), (unsorted, p, q) => {
        const sorted = Float64Array.from(unsorted).sort();
        const [low, high] = [percentile(sorted, Math.min(p, q)), percentile(sorted, Math.max(p, q))];
        expect(low <= high).toBe(true);
        expect(sorted.includes(low)).toBe(true);
      }),
    );
  });
});
