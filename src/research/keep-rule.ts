import { gain, gateFailures, type ScenarioMetrics, scoreAgainst } from '../../harness/index.ts';

/** Metrics of one split: the pinned baseline's, the incumbent's and the candidate's. */
export interface SplitComparison {
  readonly baseline: readonly ScenarioMetrics[];
  readonly incumbent: readonly ScenarioMetrics[];
  readonly candidate: readonly ScenarioMetrics[];
}

export interface SplitJudgement {
  /** Against the baseline; lower is better. */
  readonly score: number;
  readonly incumbentScore: number;
  /** Share of latency saved against the incumbent. */
  readonly gain: number;
  /** Why the candidate is not kept, or undefined. */
  readonly objection:
    | { readonly cause: 'not-better' | 'worse-on-validation' | 'gate'; readonly reason: string }
    | undefined;
}

/** On train a candidate must save at least `epsilon` of the incumbent's latency and pass every gate. */
export function judgeTrain(comparison: SplitComparison, epsilon: number): SplitJudgement {
  const scores = compare(comparison);
  if (scores.gain < epsilon || scores.gain <= 0) {
    const reason = `train: ${describeGain(scores.gain)} against the incumbent, at least ${percent(epsilon)} is needed`;
    return { ...scores, objection: { cause: 'not-better', reason } };
  }
  return { ...scores, objection: gateObjection(comparison) };
}

/** On validation it must not be worse than the incumbent, and pass every gate there too. */
export function judgeValidation(comparison: SplitComparison): SplitJudgement {
  const scores = compare(comparison);
  if (scores.gain < 0) {
    const reason = `validation: ${describeGain(scores.gain)} against the incumbent`;
    return { ...scores, objection: { cause: 'worse-on-validation', reason } };
  }
  return { ...scores, objection: gateObjection(comparison) };
}

function compare({ baseline, incumbent, candidate }: SplitComparison) {
  const score = scoreAgainst(baseline, candidate).score;
  const incumbentScore = scoreAgainst(baseline, incumbent).score;
  return { score, incumbentScore, gain: gain(score, incumbentScore) };
}

/** Gates are held against the baseline, so that a chain of keeps can't wear them down. */
function gateObjection({ baseline, candidate }: SplitComparison): SplitJudgement['objection'] {
  const failures = gateFailures(baseline, candidate);
  return failures.length === 0 ? undefined : { cause: 'gate', reason: failures.join('; ') };
}

function describeGain(value: number): string {
  if (value <= -1) return `${(1 - value).toFixed(1)}× slower`;
  return value >= 0 ? `${percent(value)} faster` : `${percent(-value)} slower`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
