import * as z from 'zod';
import type { Question, TokenUsage } from './model-client.ts';
import { usualPromptTokens, usualTokens } from './token-estimate.ts';

const count = z.int().nonnegative();
const optionalCount = count.optional().catch(undefined);
const details = (field: string) =>
  z
    .object({ [field]: optionalCount })
    .optional()
    .catch(undefined);

const chatUsageSchema = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  prompt_tokens_details: details('cached_tokens'),
  completion_tokens_details: details('reasoning_tokens'),
});

const responsesUsageSchema = z.object({
  input_tokens: count,
  output_tokens: count,
  input_tokens_details: details('cached_tokens'),
  output_tokens_details: details('reasoning_tokens'),
});

/** What some servers say a call cost, US dollars. */
const billedSchema = z.object({ cost: z.number().finite().nonnegative() });

/** Servers add instructions of their own to a prompt; more than this many tokens of them is no honest count. */
const ADDED_PROMPT_TOKENS = 4096;
/** No tokenizer makes tokens this long of a whole prompt. */
const MOST_BYTES_PER_TOKEN = 32;
/** Servers may run over the reply limit by a few tokens. */
const REPLY_SLACK_TOKENS = 64;

/** What a model said, aloud or not. */
interface Said {
  readonly text: string;
  /** Characters of thoughts that the server showed. */
  readonly thoughtLength: number;
}

/** What a call took: by the server's word where that is possible, reckoned from the texts where it is not. */
export function usageOf(reported: unknown, question: Question, said: Said): TokenUsage {
  const usage = readUsage(reported);
  if (usage !== undefined && isPossible(usage, question, said)) return usage;
  const reasoningTokens = Math.ceil(said.thoughtLength / 3);
  const replyTokens = usualTokens(said.text) + reasoningTokens;
  return {
    promptTokens: usualPromptTokens(question.messages),
    cachedTokens: 0,
    replyTokens: Math.min(replyTokens, question.maxReplyTokens),
    reasoningTokens: Math.min(reasoningTokens, question.maxReplyTokens),
    estimated: true,
  };
}

/** US dollars by the server's word, where it gives one. */
export function billedUsd(reported: unknown): number | undefined {
  return billedSchema.safeParse(reported).data?.cost;
}

function readUsage(reported: unknown): TokenUsage | undefined {
  const chat = chatUsageSchema.safeParse(reported).data;
  if (chat !== undefined)
    return withParts(
      chat.prompt_tokens,
      chat.prompt_tokens_details?.['cached_tokens'],
      chat.completion_tokens,
      chat.completion_tokens_details?.['reasoning_tokens'],
    );
  const responses = responsesUsageSchema.safeParse(reported).data;
  if (responses === undefined) return undefined;
  return withParts(
    responses.input_tokens,
    responses.input_tokens_details?.['cached_tokens'],
    responses.output_tokens,
    responses.output_tokens_details?.['reasoning_tokens'],
  );
}

/** Parts larger than the whole are not believed: nothing was cached, nothing was reasoning. */
function withParts(
  promptTokens: number,
  cached: number | undefined = 0,
  replyTokens: number,
  reasoning: number | undefined = 0,
): TokenUsage {
  return {
    promptTokens,
    cachedTokens: cached <= promptTokens ? cached : 0,
    replyTokens,
    reasoningTokens: reasoning <= replyTokens ? reasoning : 0,
    estimated: false,
  };
}

function isPossible(
  { promptTokens, replyTokens, reasoningTokens }: TokenUsage,
  { messages, maxReplyTokens }: Question,
  { text, thoughtLength }: Said,
): boolean {
  const promptBytes = messages.reduce((bytes, { content }) => bytes + Buffer.byteLength(content), 0);
  const replyBytes = Buffer.byteLength(text) + 4 * thoughtLength;
  // Some servers let hidden thoughts run over the limit, and charge for them.
  const limitedTokens = replyTokens - reasoningTokens;
  return (
    promptTokens >= Math.max(1, promptBytes / MOST_BYTES_PER_TOKEN) &&
    promptTokens <= promptBytes + ADDED_PROMPT_TOKENS &&
    replyTokens >= (text === '' ? 0 : 1) &&
    limitedTokens <= Math.max(maxReplyTokens, replyBytes) + REPLY_SLACK_TOKENS
  );
}
