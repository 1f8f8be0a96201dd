/** US dollars per million tokens. */
export interface Price {
  readonly prompt: number;
  /** Of the prompt, what the server had cached. */
  readonly cached: number;
  /** Reasoning included. */
  readonly reply: number;
}

export interface ListedPrice extends Price {
  readonly host: string;
  readonly model: string;
}

export const OPENAI_HOST = 'api.openai.com';

export const LIST_PRICES_DATE = '2025-08';

/**
 * Public list prices for the standard tier, https://openai.com/api/pricing, as of the date above. A price holds for its host
 * only: others sell the same model at their own.
 */
export const LIST_PRICES: readonly ListedPrice[] = [
  { host: OPENAI_HOST, model: 'gpt-5', prompt: 1.25, cached: 0.125, reply: 10 },
  { host: OPENAI_HOST, model: 'gpt-5-mini', prompt: 0.25, cached: 0.025, reply: 2 },
  { host: OPENAI_HOST, model: 'gpt-5-nano', prompt: 0.05, cached: 0.005, reply: 0.4 },
  { host: OPENAI_HOST, model: 'gpt-4.1', prompt: 2, cached: 0.5, reply: 8 },
  { host: OPENAI_HOST, model: 'gpt-4.1-mini', prompt: 0.4, cached: 0.1, reply: 1.6 },
  { host: OPENAI_HOST, model: 'gpt-4.1-nano', prompt: 0.1, cached: 0.025, reply: 0.4 },
  { host: OPENAI_HOST, model: 'gpt-4o', prompt: 2.5, cached: 1.25, reply: 10 },
  { host: OPENAI_HOST, model: 'gpt-4o-2024-05-13', prompt: 5, cached: 5, reply: 15 },
  { host: OPENAI_HOST, model: 'gpt-4o-mini', prompt: 0.15, cached: 0.075, reply: 0.6 },
  { host: OPENAI_HOST, model: 'o3', prompt: 2, cached: 0.5, reply: 8 },
  { host: OPENAI_HOST, model: 'o4-mini', prompt: 1.1, cached: 0.275, reply: 4.4 },
];
