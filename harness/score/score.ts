import type { Outcome } from './outcome.ts';
import type { ScenarioMetrics } from './scenario-metrics.ts';

export interface Score {
  /** Mean over scenarios; lower is better, 0 = as good as the baseline. */
  readonly score: number;
  /** In the candidate's order. */
  readonly perScenario: readonly { readonly scenario: string; readonly score: number }[];
}

/**
 * ½·ln(TTFT/TTFT₀) + ½·ln(E2E/E2E₀) of the means, per scenario and on average. Both must have measured the same
 * scenarios; anything else throws.
 */
export function scoreAgainst(
  baseline: readonly ScenarioMetrics[],
  candidate: readonly ScenarioMetrics[],
): Score {
  const perScenario = pairScenarios(baseline, candidate).map(({ reference, measured }) => ({
    scenario: measured.scenario,
    score:
      logRatio(measured.ttftMeanMs, reference.ttftMeanMs) / 2 +
      logRatio(measured.e2eMeanMs, reference.e2eMeanMs) / 2,
  }));
  return { score: perScenario.reduce((sum, { score }) => sum + score, 0) / perScenario.length, perScenario };
}

/** Share of latency saved by going from the incumbent's score to the new one; negative when it got worse. */
export function gain(newScore: number, incumbentScore: number): number {
  return 1 - Math.exp(newScore - incumbentScore);
}

/** The metrics of an outcome that has some. A failure has no number: asking for one throws. */
export function scoredScenarios(outcome: Outcome): readonly ScenarioMetrics[] {
  if (outcome.kind !== 'scored')
    throw new Error(`an outcome that is ${outcome.kind} cannot be compared: ${outcome.reason}`);
  return outcome.scenarios;
}

export interface ScenarioPair {
  readonly reference: ScenarioMetrics;
  readonly measured: ScenarioMetrics;
}

/** Matches two measurements by scenario name, in the order of the second. Throws unless they cover the same scenarios. */
export function pairScenarios(
  reference: readonly ScenarioMetrics[],
  measured: readonly ScenarioMetrics[],
): ScenarioPair[] {
  const byName = new Map(reference.map((metrics) => [metrics.scenario, metrics]));
  const names = new Set(measured.map(({ scenario }) => scenario));
  if (
    measured.length === 0 ||
    byName.size !== reference.length ||
    names.size !== measured.length ||
    byName.size !== names.size
  ) {
    throw new Error(`cannot compare ${measured.length} scenarios with ${reference.length}`);
  }
  return measured.map((metrics) => {
    const partner = byName.get(metrics.scenario);
    if (partner === undefined) throw new Error(`scenario ${metrics.scenario} was not measured on both sides`);
    return { reference: partner, measured: metrics };
  });
}

function logRatio(value: number, reference: number): number {
  const ratio = Math.log(value / reference);
  if (!Number.isFinite(ratio))
    throw new Error(`cannot compare a mean of ${value} ms with one of ${reference} ms`);
  return ratio;
}
