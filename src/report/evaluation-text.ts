import { gain, type ScenarioMetrics } from '../../harness/index.ts';
import { printableLine } from '../text/printable.ts';
import { textTable } from '../text/text-table.ts';
import type { EvaluationReport, ScenarioReport } from './evaluation-report.ts';
import { changesText } from './figures.ts';
import { timingText } from './timing-text.ts';

/** An evaluation for a person: one row per scenario with the baseline beside it, then score and gain. */
export function evaluationText(
  report: EvaluationReport,
  names: { policy: string; baseline: string },
): string {
  const layers = `isolated by: ${report.layers.length === 0 ? 'not started' : report.layers.join(', ')}\n`;
  if (report.outcome !== 'scored' || report.score === null) {
    return `${names.policy}: ${report.outcome}\n${printableLine(report.reason ?? '', 400)}\n${layers}`;
  }
  const table = textTable([
    [
      'scenario',
      'requests',
      'TTFT',
      '',
      'p99 TTFT',
      '',
      'E2E',
      '',
      'goodput',
      '',
      'reuse',
      '',
      'other',
      'score',
    ],
    ['', '', ...Array.from({ length: 5 }, () => ['policy', 'base']).flat(), 'workers', ''],
    ...report.scenarios.map(rowOf),
  ]);
  return [
    `${names.policy} beside ${names.baseline}, times in ms\n\n`,
    table,
    `\ntrain       ${scoreLine(report.score)}\n`,
    report.validationScore === null ? '' : `validation  ${scoreLine(report.validationScore)}\n`,
    timingLine(report),
    report.decisionNs === null ? '' : `a call of a hook took up to ${report.decisionNs} ns on average\n`,
    layers,
  ].join('');
}

function timingLine({ scenarios }: EvaluationReport): string {
  const sources = new Set(scenarios.map(({ scenario }) => timingText(scenario.engine)));
  return `timed by: ${[...sources].join(', ')}\n`;
}

function rowOf({ scenario, score, metrics, baseline, decisionChanges }: ScenarioReport): string[] {
  if (metrics === null || baseline === null || score === null) return [scenario.name];
  const both = (show: (metrics: ScenarioMetrics) => string) => [show(metrics), show(baseline)];
  return [
    scenario.name,
    metrics.completed === metrics.requests
      ? `${metrics.requests}`
      : `${metrics.completed}/${metrics.requests}`,
    ...both((each) => each.ttftMeanMs.toFixed(0)),
    ...both((each) => each.ttftP99Ms.toFixed(0)),
    ...both((each) => each.e2eMeanMs.toFixed(0)),
    ...both((each) => percent(each.goodput)),
    ...both((each) => percent(each.reuse)),
    changesText(decisionChanges),
    signed(score),
  ];
}

function scoreLine(score: number): string {
  const saved = gain(score, 0);
  return `score ${signed(score)}, gain ${signed(saved)} (${comparedToBaseline(saved)})`;
}

function comparedToBaseline(saved: number): string {
  if (saved <= -1) return `${(1 - saved).toFixed(1)}× the latency of the baseline`;
  const words = saved >= 0 ? `${percent(saved)} less latency` : `${percent(-saved)} more latency`;
  return `${words} than the baseline`;
}

function signed(value: number): string {
  const text = value.toFixed(4);
  return value > 0 ? `+${text}` : text === '-0.0000' ? '0.0000' : text;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
