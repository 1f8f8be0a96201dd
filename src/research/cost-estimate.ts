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
}

export function estimateCost(
  prompt: readonly Message[],
  { attempts, replyTokens, price }: { attempts: number; replyTokens: number; price: Price | null },
): CostEstimate {
  const promptTokens = usualPromptTokens(prompt);
  const times = (usd: number | null) => (usd === null ? null : usd * attempts);
  return {
    attempts,
    promptTokens,
    replyTokens,
    promptsUsd: times(worstCostUsd(promptTokens, 0, price)),
    repliesUsd: times(worstCostUsd(0, replyTokens, price)),
  };
}
