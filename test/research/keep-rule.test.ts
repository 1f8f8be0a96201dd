import { describe, expect, it } from 'vitest';
import type { ScenarioMetrics } from '../../harness/index.ts';
import { judgeTrain, judgeValidation } from '../../src/research/keep-rule.ts';

const metrics = (
  scenario: string,
  latency: number,
  more: Partial<ScenarioMetrics> = {},
): ScenarioMetrics => ({
  scenario,
  requests: 100,
  completed: 100,
  ttftMeanMs: latency,
  ttftP50Ms: latency,
  ttftP90Ms: latency,
  ttftP99Ms: 1000,
  e2eMeanMs: latency,
  e2eP99Ms: latency,
  tpotMeanMs: 10,
  goodput: 0.9,
  reuse: 0.3,
  decisionHash: '00',
  policyCalls: 1,
  ...more,
});

const baseline = [metrics('light', 100), metrics('heavy', 100)];
const incumbent = [metrics('light', 90), metrics('heavy', 90)];

describe('on train', () => {
  it('a candidate that saves more than epsilon on average has no objection', () => {
    const judged = judgeTrain(
      { baseline, incumbent, candidate: [metrics('light', 91), metrics('heavy', 80)] },
      0.005,
    );
    expect(judged.objection).toBeUndefined();
    // Mean of ln(91/90) and ln(80/90) is −0.0534: 5.2 % less latency.
    expect(judged.gain).toBeCloseTo(0.052, 3);
    expect(judged.score).toBeCloseTo((Math.log(0.91) + Math.log(0.8)) / 2, 12);
  });

  it.each([
    ['as fast', 90],
    ['faster by less than epsilon', 89.9],
    ['slower', 95],
  ])('a candidate that is %s is not better', (_what, latency) => {
    const candidate = [metrics('light', latency), metrics('heavy', latency)];
    expect(judgeTrain({ baseline, incumbent, candidate }, 0.005).objection?.cause).toBe('not-better');
  });

  it('an epsilon of zero still wants something better than a tie', () => {
    expect(judgeTrain({ baseline, incumbent, candidate: incumbent }, 0).objection?.cause).toBe('not-better');
  });

  it.each([
    ['lost requests', { completed: 99 }],
    ['a slow tail', { ttftP99Ms: 1051 }],
    ['lost goodput', { goodput: 0.88 }],
  ])('a better mean does not buy %s', (_what, harm) => {
    const candidate = [metrics('light', 80, harm), metrics('heavy', 80)];
    expect(judgeTrain({ baseline, incumbent, candidate }, 0.005).objection?.cause).toBe('gate');
  });

  it('one scenario may not pay for another beyond the gate', () => {
    const candidate = [metrics('light', 103), metrics('heavy', 50)];
    expect(judgeTrain({ baseline, incumbent, candidate }, 0.005).objection?.cause).toBe('gate');
  });

  it('gates are held against the baseline, so a chain of keeps cannot wear them down', () => {
    const slowTail = [metrics('light', 90, { ttftP99Ms: 1049 }), metrics('heavy', 90)];
    const slowerTail = [metrics('light', 80, { ttftP99Ms: 1099 }), metrics('heavy', 80)];
    expect(judgeTrain({ baseline, incumbent: slowTail, candidate: slowerTail }, 0.005).objection?.cause).toBe(
      'gate',
    );
  });
});

describe('on validation', () => {
  it('a tie is enough, anything slower is not', () => {
    expect(judgeValidation({ baseline, incumbent, candidate: incumbent }).objection).toBeUndefined();
    const slower = [metrics('light', 90), metrics('heavy', 90.001)];
    expect(judgeValidation({ baseline, incumbent, candidate: slower }).objection?.cause).toBe(
      'worse-on-validation',
    );
  });

  it('gates hold there too', () => {
    const candidate = [metrics('light', 80, { goodput: 0.5 }), metrics('heavy', 80)];
    expect(judgeValidation({ baseline, incumbent, candidate }).objection?.cause).toBe('gate');
  });
});
