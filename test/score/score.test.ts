import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome, OutcomeKind } from '../../harness/score/outcome.ts';
import { gain, scoreAgainst, scoredScenarios } from '../../harness/score/score.ts';
import { metrics } from './sample-metrics.ts';

const latency = fc.double({ min: 0.01, max: 1e6, noNaN: true });
const measured = (name: string) =>
  fc
    .record({ ttftMeanMs: latency, e2eMeanMs: latency })
    .map((fields) => metrics({ scenario: name, ...fields }));
const pair = fc.tuple(measured('a'), measured('b'));

describe('a score', () => {
  it('is half the log ratio of TTFT plus half that of E2E, averaged over scenarios', () => {
    const baseline = [
      metrics({ scenario: 'a', ttftMeanMs: 100, e2eMeanMs: 1000 }),
      metrics({ scenario: 'b' }),
    ];
    const candidate = [
      metrics({ scenario: 'a', ttftMeanMs: 50, e2eMeanMs: 500 }),
      metrics({ scenario: 'b' }),
    ];
    const { score, perScenario } = scoreAgainst(baseline, candidate);
    expect(perScenario[0]?.score).toBeCloseTo(Math.log(0.5), 12);
    expect(perScenario[1]?.score).toBe(0);
    expect(score).toBeCloseTo(Math.log(0.5) / 2, 12);
  });

  it('is 0 for the baseline itself', () => {
    fc.assert(
      fc.property(pair, (each) => {
        expect(scoreAgainst(each, each).score).toBe(0);
      }),
    );
  });

  it('changes its sign when the two change places', () => {
    fc.assert(
      fc.property(pair, pair, (one, two) => {
        expect(scoreAgainst(one, two).score).toBeCloseTo(-scoreAgainst(two, one).score, 9);
      }),
    );
  });

  it('does not depend on the order of the scenarios', () => {
    fc.assert(
      fc.property(pair, pair, (one, two) => {
        const turned = [...one].reverse();
        expect(scoreAgainst(turned, two)).toEqual(scoreAgainst(one, two));
      }),
    );
  });

  it('falls when a latency falls', () => {
    fc.assert(
      fc.property(pair, fc.double({ min: 0.1, max: 0.99, noNaN: true }), (baseline, factor) => {
        const better = baseline.map((each) => ({ ...each, e2eMeanMs: each.e2eMeanMs * factor }));
        expect(scoreAgainst(baseline, better).score).toBeLessThan(0);
      }),
    );
  });

  it('needs the same scenarios on both sides', () => {
    const [a, b] = [metrics({ scenario: 'a' }), metrics({ scenario: 'b' })];
    expect(() => scoreAgainst([a, b], [a])).toThrow('cannot compare 1 scenarios with 2');
    expect(() => scoreAgainst([a], [b])).toThrow('scenario b was not measured on both sides');
    expect(() => scoreAgainst([a, a], [a, a])).toThrow('cannot compare');
    expect(() => scoreAgainst([], [])).toThrow('cannot compare');
  });

  it('is no number for latencies that are none', () => {
    for (const ttftMeanMs of [Number.NaN, 0, -1, Number.POSITIVE_INFINITY]) {
      expect(() => scoreAgainst([metrics({})], [metrics({ ttftMeanMs })])).toThrow('cannot compare a mean');
    }
  });
});

describe('the gain', () => {
  it('is the share of latency saved', () => {
    expect(gain(Math.log(0.8), 0)).toBeCloseTo(0.2, 12);
    expect(gain(-0.5, -0.5)).toBe(0);
    expect(gain(0, -0.1)).toBeLessThan(0);
  });
});

/** One entry per kind: a new kind of outcome does not compile without one. */
const FAILURES: Record<Exclude<OutcomeKind, 'scored'>, true> = {
  rejected: true,
  'build-failed': true,
  'policy-error': true,
  'timed-out': true,
  'out-of-memory': true,
  crashed: true,
  nondeterministic: true,
  'invariant-violated': true,
};

describe('an outcome', () => {
  it.each(Object.keys(FAILURES) as (keyof typeof FAILURES)[])('that is %s cannot be compared', (kind) => {
    const outcome: Outcome = { kind, reason: 'why' };
    expect(() => scoredScenarios(outcome)).toThrow(`an outcome that is ${kind} cannot be compared: why`);
  });

  it('that is scored has its scenarios', () => {
    const scenarios = [metrics({})];
    expect(scoredScenarios({ kind: 'scored', scenarios, decisionHash: 'x', policyCalls: 1 })).toBe(scenarios);
  });
});
