import { describe, expect, it } from 'vitest';
import { judgeRepetition } from '../../src/research/repetition.ts';
import { metrics } from '../score/sample-metrics.ts';

const scored = (decisionHash: string, ttftMeanMs = 200) => ({
  split: 'validation' as const,
  outcome: 'scored',
  decisionHash,
  scenarios: [metrics({ ttftMeanMs })],
});
const failing = (outcome: string, reason: string) => ({ split: 'validation' as const, outcome, reason });

describe('a repetition', () => {
  it('with the same decisions is no objection', () => {
    expect(judgeRepetition(scored('a'), scored('a'))).toBeUndefined();
  });

  it('with other decisions shows that the policy is not deterministic', () => {
    expect(judgeRepetition(scored('a'), scored('b'))).toEqual({
      cause: 'nondeterministic',
      reason: 'the same policy decided differently when it was measured again on validation',
    });
  });

  it('that fails by the policy’s own doing shows it too', () => {
    expect(judgeRepetition(scored('a'), failing('policy-error', 'threw: now'))).toEqual({
      cause: 'nondeterministic',
      reason: 'the same policy was policy-error (threw: now) when it was measured again on validation',
    });
  });

  it('with the same decisions and other figures is not believed', () => {
    expect(judgeRepetition(scored('a'), scored('a', 200.00000000000003))).toEqual({
      cause: 'nondeterministic',
      reason:
        'the same policy decided alike and came to other figures when it was measured again on validation',
    });
  });

  it.each(['timed-out', 'out-of-memory', 'crashed'])('that is %s is called that', (outcome) => {
    expect(judgeRepetition(scored('a'), failing(outcome, 'no answer within 9 s'))).toEqual({
      cause: outcome,
      reason: 'when it was measured again on validation: no answer within 9 s',
    });
  });
});
