import type { Limits } from '../store/run-state.ts';

/** What a run may use up, in a line. */
export function limitsText({ attempts, usd, tokens, evaluations, minutes }: Limits): string {
  const parts = [
    attempts === 1 ? '1 attempt' : `${attempts} attempts`,
    ...(usd === undefined ? [] : [`$${usd} for model calls`]),
    ...(tokens === undefined ? [] : [`${tokens} tokens of model calls`]),
    ...(evaluations === undefined ? [] : [`${evaluations} evaluations`]),
    ...(minutes === undefined ? [] : [`${minutes} minutes at a time`]),
  ];
  return `limits: ${parts.join(', ')}`;
}
