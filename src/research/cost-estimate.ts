import type { Message } from '../proposers/model/model-client.ts';
import { worstCostUsd } from '../proposers/model/price.ts';
import type { Price } from '../proposers/model/price-list.ts';
import { usualPromptTokens } from '../proposers/model/token-estimate.ts';

/** What a run may come to, reckoned from its first prompt, without repairs and with nothing cached. */
export interface CostEstimate {
  readonly attempts: number;
  readonly promptTokens: number;
  /** Limit of one reply. */
  readonly replyTokens: number;
  /** US dollars for all prompts, and for all replies at their limit; null = the price is not known. */
  readonly promptsUsd: number | null;
  readonly repliesUsd: number | null;
  /** What the run may spend in all, US dollars; undefined = no limit. */
  readonly maxUsd: number | undefined;
}

interface CostFacts {
  readonly attempts: number;
  readonly replyTokens: number;
  readonly price: Price | null;
  readonly maxUsd: number | undefined;
}

export function estimateCost(
  prompt: readonly Message[],
  { attempts, replyTokens, price, maxUsd }: CostFacts,
): CostEstimate {
  const promptTokens = usualPromptTokens(prompt);
  const times = (usd: number | null) => (usd === null ? null : usd * attempts);
  return {
    attempts,
    promptTokens,
    replyTokens,
    promptsUsd: times(worstCostUsd(promptTokens, 0, price)),
    repliesUsd: times(worstCostUsd(0, replyTokens, price)),
    maxUsd,
  };
}
