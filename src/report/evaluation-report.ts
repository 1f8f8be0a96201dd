import {
  type DecisionChanges,
  decisionChanges,
  type Evaluation,
  type Outcome,
  type OutcomeKind,
  type Scenario,
  type ScenarioMetrics,
  type Split,
  scoreAgainst,
  scoredScenarios,
} from '../../harness/index.ts';

/** What `evaluate --json` prints. Null where a policy that was not scored has nothing to say. */
export interface EvaluationReport {
  readonly outcome: OutcomeKind;
  readonly reason: string | null;
  /** Against the pinned baseline on the train scenarios; lower is better, 0 = the baseline. */
  readonly score: number | null;
  readonly validationScore: number | null;
  /** Means over the train scenarios. */
  readonly metrics: MeanMetrics | null;
  readonly scenarios: readonly ScenarioReport[];
  /** Of the decisions on the train scenarios. */
  readonly decisionHash: string | null;
  readonly policyCalls: number | null;
  /** A call of a hook takes no longer on average, simulation included, ns. */
  readonly decisionNs: number | null;
  readonly layers: readonly string[];
  readonly fingerprint: string;
  readonly wallMs: number;
}

export type MeanMetrics = Pick<
  ScenarioMetrics,
  'ttftMeanMs' | 'ttftP99Ms' | 'e2eMeanMs' | 'tpotMeanMs' | 'goodput' | 'reuse'
>;

export interface ScenarioReport {
  readonly scenario: Scenario;
  readonly score: number | null;
  readonly metrics: ScenarioMetrics | null;
  readonly baseline: ScenarioMetrics | null;
  /** Requests placed on another worker than by the baseline. */
  readonly decisionChanges: DecisionChanges | null;
}

/** A policy's or the baseline's evaluations, by split. */
export interface SplitEvaluations {
  readonly train: Evaluation;
  readonly validation: Evaluation;
}

export interface ReportFacts {
  readonly scenarios: readonly Scenario[];
  readonly policy: SplitEvaluations;
  /** Undefined when the policy was not scored: then there is nothing to compare. */
  readonly baseline: SplitEvaluations | undefined;
  readonly fingerprint: string;
  readonly wallMs: number;
}

export function createEvaluationReport(facts: ReportFacts): EvaluationReport {
  const { policy, baseline, scenarios, fingerprint, wallMs } = facts;
  const layers = [...new Set([...policy.train.layers, ...policy.validation.layers])];
  const failure = firstFailure(policy);
  if (failure !== undefined || baseline === undefined) {
    return {
      outcome: failure?.kind ?? 'scored',
      reason: failure?.reason ?? null,
      score: null,
      validationScore: null,
      metrics: null,
      scenarios: scenarios.map((scenario) => ({
        scenario,
        score: null,
        metrics: null,
        baseline: null,
        decisionChanges: null,
      })),
      decisionHash: null,
      policyCalls: null,
      decisionNs: null,
      layers,
      fingerprint,
      wallMs,
    };
  }
  const train = compared('train', policy, baseline);
  const validation = compared('validation', policy, baseline);
  const rows = [...train.rows, ...validation.rows];
  return {
    outcome: 'scored',
    reason: null,
    score: train.score,
    validationScore: validation.score,
    metrics: meansOf(train.rows.map(({ metrics }) => metrics)),
    scenarios: scenarios.map((scenario) => {
      const row = rows.find(({ metrics }) => metrics.scenario === scenario.name);
      return {
        scenario,
        score: row?.score ?? null,
        metrics: row?.metrics ?? null,
        baseline: row?.baseline ?? null,
        decisionChanges: row?.decisionChanges ?? null,
      };
    }),
    decisionHash: policy.train.outcome.kind === 'scored' ? policy.train.outcome.decisionHash : null,
    policyCalls: rows.reduce((sum, { metrics }) => sum + metrics.policyCalls, 0),
    decisionNs: policy.train.decisionNs ?? null,
    layers,
    fingerprint,
    wallMs,
  };
}

/** Why a policy has no score; undefined when it has one. Train speaks first. */
export function firstFailure({
  train,
  validation,
}: SplitEvaluations): Exclude<Outcome, { kind: 'scored' }> | undefined {
  for (const { outcome } of [train, validation]) if (outcome.kind !== 'scored') return outcome;
  return undefined;
}

interface Compared {
  readonly score: number;
  readonly rows: readonly {
    readonly score: number;
    readonly metrics: ScenarioMetrics;
    readonly baseline: ScenarioMetrics;
    readonly decisionChanges: DecisionChanges | null;
  }[];
}

function compared(
  split: Exclude<Split, 'sealed'>,
  policy: SplitEvaluations,
  baseline: SplitEvaluations,
): Compared {
  const measured = scoredScenarios(policy[split].outcome);
  const reference = scoredScenarios(baseline[split].outcome);
  const { score, perScenario } = scoreAgainst(reference, measured);
  const changes = decisionChanges(baseline[split].placements ?? [], policy[split].placements ?? []);
  const rows = measured.flatMap((metrics, index) => {
    const partner = reference.find(({ scenario }) => scenario === metrics.scenario);
    const own = perScenario.find(({ scenario }) => scenario === metrics.scenario);
    return partner === undefined || own === undefined
      ? []
      : [
          {
            score: own.score,
            metrics,
            baseline: partner,
            decisionChanges: changes[index] ?? null,
          },
        ];
  });
  return { score, rows };
}

function meansOf(metrics: readonly ScenarioMetrics[]): MeanMetrics {
  const mean = (field: keyof MeanMetrics) =>
    metrics.reduce((sum, each) => sum + each[field], 0) / metrics.length;
  return {
    ttftMeanMs: mean('ttftMeanMs'),
    ttftP99Ms: mean('ttftP99Ms'),
    e2eMeanMs: mean('e2eMeanMs'),
    tpotMeanMs: mean('tpotMeanMs'),
    goodput: mean('goodput'),
    reuse: mean('reuse'),
  };
}
