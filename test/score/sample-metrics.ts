import type { ScenarioMetrics } from '../../harness/score/scenario-metrics.ts';

/** Metrics of a scenario where everything is well, with some fields changed. */
export function metrics(changes: Partial<ScenarioMetrics>): ScenarioMetrics {
  return {
    scenario: 'a',
    requests: 100,
    completed: 100,
    ttftMeanMs: 200,
    ttftP50Ms: 150,
    ttftP90Ms: 400,
    ttftP99Ms: 1000,
    e2eMeanMs: 3000,
    e2eP99Ms: 9000,
    tpotMeanMs: 12,
    goodput: 0.95,
    reuse: 0.3,
    decisionHash: 'none',
    policyCalls: 800,
    ...changes,
  };
}
