import type { ScenarioMetrics } from './scenario-metrics.ts';
import { pairScenarios, type ScenarioPair, scoreAgainst } from './score.ts';

/** p99 TTFT may be this share above the reference's, per scenario. */
export const MAX_TTFT_P99_INCREASE = 0.05;
/** Goodput may be this much below the reference's, per scenario. */
export const MAX_GOODPUT_LOSS = 0.01;
/** The worst scenario may lose this share of latency against the reference. */
export const MAX_WORST_SCENARIO_LOSS = 0.02;

/**
 * What a better mean may not cost, compared with the reference's own measurements (usually the incumbent's). One
 * sentence per gate that failed; empty when all pass.
 */
export function gateFailures(
  reference: readonly ScenarioMetrics[],
  candidate: readonly ScenarioMetrics[],
): string[] {
  const perScenario = pairScenarios(reference, candidate).flatMap((pair) => [
    ...lostRequests(pair),
    ...slowTail(pair),
    ...lostGoodput(pair),
  ]);
  return [...perScenario, ...worstScenario(reference, candidate)];
}

function lostRequests({ reference, measured }: ScenarioPair): string[] {
  const lost = measured.requests - measured.completed;
  const lostBefore = reference.requests - reference.completed;
  return lost > lostBefore ? [`${measured.scenario}: ${lost} requests lost, ${lostBefore} before`] : [];
}

function slowTail({ reference, measured }: ScenarioPair): string[] {
  const before = reference.ttftP99Ms;
  if (measured.ttftP99Ms <= before * (1 + MAX_TTFT_P99_INCREASE)) return [];
  const change = before === 0 ? '' : ` (+${percent(measured.ttftP99Ms / before - 1)})`;
  return [
    `${measured.scenario}: p99 TTFT ${measured.ttftP99Ms.toFixed(0)} ms instead of ${before.toFixed(0)} ms${change}, ` +
      `allowed is +${percent(MAX_TTFT_P99_INCREASE)}`,
  ];
}

function lostGoodput({ reference, measured }: ScenarioPair): string[] {
  const rounding = 1e-12;
  if (reference.goodput - measured.goodput <= MAX_GOODPUT_LOSS + rounding) return [];
  return [
    `${measured.scenario}: goodput ${percent(measured.goodput)} instead of ${percent(reference.goodput)}, ` +
      `allowed is ${MAX_GOODPUT_LOSS * 100} point less`,
  ];
}

function worstScenario(
  reference: readonly ScenarioMetrics[],
  candidate: readonly ScenarioMetrics[],
): string[] {
  const { perScenario } = scoreAgainst(reference, candidate);
  const worst = perScenario.reduce((a, b) => (b.score > a.score ? b : a));
  const loss = Math.expm1(worst.score);
  if (loss <= MAX_WORST_SCENARIO_LOSS) return [];
  return [
    `${worst.scenario}: latency ${percent(loss)} worse, allowed is ${percent(MAX_WORST_SCENARIO_LOSS)}`,
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
