import type { Message } from './model-client.ts';

/** What a chat template adds: tokens around each message, and perhaps a system sentence of its own. */
const TEMPLATE_TOKENS = 64;
const MESSAGE_TOKENS = 16;

/** Bytes per token of English and code, on the short side. */
const USUAL_BYTES_PER_TOKEN = 3;

/** More tokens than any common tokenizer makes of these messages. */
export function mostPromptTokens(messages: readonly Message[]): number {
  return overhead(messages) + sum(messages, ({ content }) => mostTokens(content));
}

/** About as many tokens as these messages are; rather more. */
export function usualPromptTokens(messages: readonly Message[]): number {
  return overhead(messages) + sum(messages, ({ content }) => usualTokens(content));
}

export function usualTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / USUAL_BYTES_PER_TOKEN);
}

/**
 * Tokenizers work on bytes, so a text has at most as many tokens as bytes. Digits, signs and anything but ASCII count
 * so; letters and blanks are merged in twos at least.
 */
function mostTokens(text: string): number {
  const merged = text.match(/[A-Za-z\s]/g)?.length ?? 0;
  return Math.ceil(merged / 2) + Buffer.byteLength(text) - merged;
}

function overhead(messages: readonly Message[]): number {
  return TEMPLATE_TOKENS + MESSAGE_TOKENS * messages.length;
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
