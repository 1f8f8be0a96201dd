import type { DecisionChanges } from '../../harness/index.ts';

/** A score: four decimals, signed when positive. */
export function scoreText(score: number | null | undefined): string {
  if (score === null || score === undefined) return '–';
  const text = score.toFixed(4);
  return score > 0 ? `+${text}` : text === '-0.0000' ? '0.0000' : text;
}

/** A share of latency saved: `+3.20 %` is faster, `−3.20 %` slower; from twice the latency on `2.0× slower`. */
export function gainText(gain: number | null | undefined): string {
  if (gain === null || gain === undefined) return '–';
  if (gain <= -1) return `${(1 - gain).toFixed(1)}× slower`;
  const percent = (Math.abs(gain) * 100).toFixed(2);
  return percent === '0.00' ? '0.00 %' : `${gain > 0 ? '+' : '−'}${percent} %`;
}

/** Share of the decisions that differ; a tenth of a percent at least when any does. */
export function changesText(changes: DecisionChanges | null): string {
  if (changes === null) return '–';
  const percent = (100 * changes.changed) / changes.of;
  return changes.changed > 0 && percent < 0.1 ? '< 0.1 %' : `${percent.toFixed(1)} %`;
}
