import { gain, scoreAgainst } from '../../../harness/index.ts';
import { textTable } from '../../text/text-table.ts';
import type { PromptFacts } from './prompt-facts.ts';

/** The incumbent beside the baseline, scenario by scenario of the train split; one line for validation. */
export function scenarioTable({ train, trainGain, validationGain }: PromptFacts): string {
  const rows = train.map(({ baseline, incumbent }) => [
    incumbent.scenario,
    pair(baseline.ttftMeanMs, incumbent.ttftMeanMs),
    pair(baseline.ttftP99Ms, incumbent.ttftP99Ms),
    pair(baseline.e2eMeanMs, incumbent.e2eMeanMs),
    pair(baseline.goodput * 100, incumbent.goodput * 100, 1),
    pair(baseline.reuse * 100, incumbent.reuse * 100, 1),
    percent(gain(scoreAgainst([baseline], [incumbent]).score, 0)),
  ]);
  const heading = ['scenario', 'TTFT ms', 'p99 TTFT ms', 'E2E ms', 'goodput %', 'reuse %', 'latency saved'];
  return `Each pair is baseline → incumbent.

\`\`\`text
${textTable([heading, ...rows])}\`\`\`

Latency saved against the baseline: ${percent(trainGain)} on these, ${percent(validationGain)} on validation traffic that is not shown.`;
}

function pair(before: number, after: number, digits = 0): string {
  return `${before.toFixed(digits)} → ${after.toFixed(digits)}`;
}

function percent(share: number): string {
  return `${share < 0 ? '−' : '+'}${(Math.abs(share) * 100).toFixed(1)} %`;
}
