import { UserError } from '../../../harness/index.ts';
import type { Endpoint } from './endpoint.ts';
import type { TokenUsage } from './model-client.ts';
import { LIST_PRICES, type Price } from './price-list.ts';

const MILLION = 1_000_000;

/** A dated version of a model costs what the model costs, unless it has a price of its own. */
const DATED = /-\d{4}-\d{2}-\d{2}$/;

/** The list price of a model at a host; null when it is not known, which is not free. */
export function listPrice({ host }: Endpoint, model: string): Price | null {
  const priceOf = (name: string) => LIST_PRICES.find((each) => each.host === host && each.model === name);
  return priceOf(model) ?? priceOf(model.replace(DATED, '')) ?? null;
}

export function hasListPrice(endpoint: Endpoint, model: string, price: Price): boolean {
  return listPrice(endpoint, model) === price;
}

/** Reads a `--price`: prompt, cached and reply, in US dollars per million tokens. */
export function parsePrice(text: string): Price {
  const [prompt, cached, reply, ...others] = text.split(',').map(amount);
  if (prompt === undefined || cached === undefined || reply === undefined || others.length > 0)
    throw new UserError(
      `--price ${text}: give three amounts in US dollars per million tokens, prompt,cached,reply: e.g. 0.4,0.1,1.6`,
    );
  return { prompt, cached, reply };
}

function amount(text: string): number | undefined {
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** US dollars of a call; null when the price is not known. */
export function costUsd(
  usage: Pick<TokenUsage, 'promptTokens' | 'cachedTokens' | 'replyTokens'>,
  price: Price | null,
): number | null {
  if (price === null) return null;
  const uncached = usage.promptTokens - usage.cachedTokens;
  return (
    (uncached * price.prompt + usage.cachedTokens * price.cached + usage.replyTokens * price.reply) / MILLION
  );
}

/** US dollars of a call at most: nothing of the prompt cached, or all of it if that costs more. */
export function worstCostUsd(promptTokens: number, replyTokens: number, price: Price | null): number | null {
  if (price === null) return null;
  return (promptTokens * Math.max(price.prompt, price.cached) + replyTokens * price.reply) / MILLION;
}
