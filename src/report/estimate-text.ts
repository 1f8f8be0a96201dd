import type { CostEstimate } from '../research/cost-estimate.ts';

/** One line for what a run may cost. */
export function estimateText(estimate: CostEstimate): string {
  const { attempts, promptTokens, replyTokens, promptsUsd, repliesUsd, maxUsd } = estimate;
  const tokens = `about ${attempts} × ${promptTokens} prompt tokens and at most ${attempts} × ${replyTokens} of replies, repairs aside`;
  if (promptsUsd === null || repliesUsd === null) return `${tokens}; price unknown`;
  const cap = maxUsd === undefined ? '' : `; no more than $${maxUsd} (--max-usd)`;
  return `${tokens}: $${promptsUsd.toFixed(2)} (less what is cached) and at most $${repliesUsd.toFixed(2)}${cap}`;
}
