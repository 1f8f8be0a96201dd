import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TimingTables, tableTiming } from '../../harness/sim/table-timing.ts';

/** Parts that are easy to tell apart in a sum. */
const TABLES: TimingTables = {
  prefill: {
    newTokens: { at: [1, 101, 201], ms: [10, 20, 40] },
    prompts: { at: [1, 3], ms: [0.1, 0.3] },
    constantMs: 1000,
    attention: {
      contexts: [100, 200],
      batches: [1, 2, 4],
      ms: [
        [4, 9, 16],
        [16, 25, 36],
      ],
    },
  },
  decode: {
    requests: { at: [1, 2, 10], ms: [1, 2, 18] },
    attention: {
      contexts: [10, 20, 40],
      batches: [1, 3],
      ms: [
        [100, 300],
        [200, 400],
        [600, 900],
      ],
    },
  },
};

const { prefillMs, decodeMs } = bound(TABLES);

/** Prefill of equal prompts, and decode of equal contexts (the new token not counted), as plain functions. */
function bound(tables: TimingTables, speedupRatio = 1, decodeSpeedupRatio = 1) {
  const timing = tableTiming(tables, { speedupRatio, decodeSpeedupRatio });
  return {
    timing,
    prefillMs: (prompts: number, newTokens: number, prefix = 0) =>
      timing.prefillMs(prompts, prompts * (newTokens + prefix), prompts * prefix),
    decodeMs: (requests: number, context: number) => timing.decodeMs(requests, requests * context, 0, 1),
  };
}

describe('prefill from tables', () => {
  it('adds what depends on new tokens, on prompts, on neither, and attention', () => {
    expect(prefillMs(1, 101)).toBeCloseTo(20 + 0.1 + 1000 + 2.02 ** 2, 9);
    expect(prefillMs(1, 100)).toBeCloseTo(19.9 + 0.1 + 1000 + 4, 9);
  });

  it('has straight lines in the root of attention along the context, and on beyond the last', () => {
    const attention = (length: number) => prefillMs(1, length) - prefillMs(1, 100) + 4 - tokenMs(length);
    const tokenMs = (length: number) =>
      (length <= 101 ? 10 + (length - 1) / 10 : 20 + (length - 101) / 5) - 19.9;
    expect(attention(150)).toBeCloseTo(9, 9);
    expect(attention(300)).toBeCloseTo(36, 9);
  });

  it('is linear in the batch, and in proportion to it beyond the last', () => {
    const attention = (prompts: number) =>
      prefillMs(prompts, 200) - (40 + (prompts * 200 - 201) / 5) - (0.1 + (prompts - 1) / 10) - 1000;
    expect(attention(2)).toBeCloseTo(25, 9);
    expect(attention(3)).toBeCloseTo(30.5, 9);
    expect(attention(8)).toBeCloseTo(72, 9);
  });

  it('charges attention for the share of the square that is new', () => {
    expect(prefillMs(1, 101, 99)).toBeCloseTo(20 + 0.1 + 1000 + (16 * (200 ** 2 - 99 ** 2)) / 200 ** 2, 9);
  });

  it('costs nothing when everything is cached', () => {
    expect(prefillMs(3, 0, 500)).toBe(0);
  });

  it('prices a batch by its floored means', () => {
    const { timing } = bound(TABLES);
    expect(timing.prefillMs(3, 1000 + 5000 + 3150, 960)).toBe(prefillMs(3, 3050 - 320, 320));
    expect(timing.prefillMs(3, 301, 2)).toBe(prefillMs(3, 100, 0));
  });
});

describe('decode from tables', () => {
  it('attends the new token, too', () => {
    expect(decodeMs(1, 9)).toBe(1 + 100);
    expect(decodeMs(1, 19)).toBe(1 + 200);
  });

  it('is bilinear, and goes on beyond the last knots', () => {
    expect(decodeMs(2, 14)).toBe(2 + 250);
    expect(decodeMs(1, 49)).toBe(1 + 800);
    expect(decodeMs(5, 19)).toBe(8 + 600);
    expect(decodeMs(1, 4)).toBe(1 + 50);
  });

  it('prices a batch by its floored mean context', () => {
    const { timing } = bound(TABLES);
    expect(timing.decodeMs(4, 1000 + 301 + 1000 + 5000, 0, 1)).toBe(decodeMs(4, 1825));
  });

  it('does not look at the KV pool', () => {
    const { timing } = bound(TABLES);
    expect(timing.decodeMs(2, 30, 99, 100)).toBe(timing.decodeMs(2, 30, 0, 100));
  });
});

describe('parts from tables', () => {
  it('are whole nanoseconds', () => {
    const tables = { ...TABLES, decode: { ...TABLES.decode, requests: { at: [1], ms: [1.00000049] } } };
    expect(bound(tables).decodeMs(1, 9)).toBe(101);
  });

  it('are divided by the speed-up, decode by both, and rounded again', () => {
    const fast = bound(TABLES, 3, 7);
    expect(fast.prefillMs(1, 100)).toBeCloseTo(Math.round((prefillMs(1, 100) * 1e6) / 3) / 1e6, 9);
    expect(fast.decodeMs(1, 9)).toBeCloseTo(Math.round((101 * 1e6) / 21) / 1e6, 9);
    expect(bound(TABLES, 0, 5).decodeMs(1, 9)).toBe(101);
  });

  it('are never negative, even where a falling line goes on', () => {
    const falling = { at: [1, 2], ms: [1, 0] };
    const nothing = { contexts: [1, 2], batches: [1], ms: [[1], [0]] };
    const tables = {
      prefill: { newTokens: falling, prompts: falling, constantMs: 0, attention: nothing },
      decode: { requests: falling, attention: nothing },
    };
    expect(bound(tables).prefillMs(50, 50)).toBe(0);
    expect(bound(tables).decodeMs(50, 50)).toBe(0);
  });
});

/** Values that rise with their knots. */
function risingLine() {
  return risingKnots().chain((at) =>
    fc
      .array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: at.length, maxLength: at.length })
      .map((steps) => ({ at, ms: runningSums(steps) })),
  );
}

function risingKnots() {
  return fc
    .uniqueArray(fc.integer({ min: 1, max: 5000 }), { minLength: 2, maxLength: 6 })
    .map((values) => values.sort((a, b) => a - b));
}

/** Convex along both sides, as attention is. */
function risingSurface() {
  return fc
    .tuple(risingKnots(), risingKnots(), fc.double({ min: 1e-6, max: 1e-3, noNaN: true }))
    .map(([contexts, batches, scale]) => ({
      contexts,
      batches,
      ms: contexts.map((context) => batches.map((batch) => scale * context * batch)),
    }));
}

function runningSums(steps: readonly number[]): number[] {
  let sum = 0;
  return steps.map((step) => (sum += step));
}

const risingTables: fc.Arbitrary<TimingTables> = fc.record({
  prefill: fc.record({
    newTokens: risingLine(),
    prompts: risingLine(),
    constantMs: fc.double({ min: 0, max: 5, noNaN: true }),
    attention: risingSurface(),
  }),
  decode: fc.record({ requests: risingLine(), attention: risingSurface() }),
});

const batch = fc.integer({ min: 1, max: 8000 });
const tokens = fc.integer({ min: 1, max: 20_000 });

describe('tables that rise', () => {
  it('make longer prompts and contexts and larger batches cost no less', () => {
    fc.assert(
      fc.property(risingTables, batch, tokens, tokens, (tables, requests, length, more) => {
        const { prefillMs, decodeMs } = bound(tables);
        const atLeast = (value: number, other: number) =>
          expect(value).toBeGreaterThanOrEqual(other * (1 - 1e-12));
        atLeast(prefillMs(requests, length + more), prefillMs(requests, length));
        atLeast(prefillMs(requests + 1, length), prefillMs(requests, length));
        atLeast(decodeMs(requests, length + more), decodeMs(requests, length));
        atLeast(decodeMs(requests + 1, length), decodeMs(requests, length));
      }),
    );
  });

  it('make cached tokens no dearer than new ones', () => {
    fc.assert(
      fc.property(risingTables, batch, tokens, fc.nat(), (tables, requests, length, share) => {
        const prefix = share % length;
        const { prefillMs } = bound(tables);
        const cached = prefillMs(requests, length - prefix, prefix);
        expect(cached).toBeLessThanOrEqual(prefillMs(requests, length) * (1 + 1e-12));
        expect(cached).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
