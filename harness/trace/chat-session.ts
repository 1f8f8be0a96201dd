import type recipe from '../../traces/toolagent-like.json';
import type { Rng } from '../ds/rng.ts';
import { valueAt } from './quantile-table.ts';

type ChatRecipe = (typeof recipe)['chat'];

/** One conversation while it is generated: the state after its latest turn. */
export interface ChatSession {
  promptTokens: number;
  outputTokens: number;
  /** Block ids of the latest prompt, the last one perhaps partial. */
  hashIds: number[];
  turns: number;
}

export interface ChatSource {
  readonly recipe: ChatRecipe;
  readonly traceBlockSize: number;
  readonly rng: Rng;
  /** A block id that nothing used before. */
  readonly freshId: () => number;
  readonly rootIds: readonly number[];
}

export function startChat(source: ChatSource): ChatSession {
  const { recipe, rng } = source;
  const promptTokens = Math.round(valueAt(recipe.firstPromptTokens, rng.next()));
  const chat = { promptTokens, outputTokens: 0, hashIds: [...source.rootIds], turns: 1 };
  cover(chat, source);
  return chat;
}

/** The next turn: its prompt is the last prompt, the answer and new words. False when it outgrows the context window. */
export function continueChat(chat: ChatSession, source: ChatSource): boolean {
  const { recipe, rng, traceBlockSize } = source;
  const newTokens = Math.round(valueAt(recipe.newTokens, rng.next()));
  const promptTokens = chat.promptTokens + chat.outputTokens + newTokens;
  if (promptTokens > recipe.maxPromptTokens) return false;
  const kept = Math.floor(chat.promptTokens / traceBlockSize);
  chat.hashIds = chat.hashIds.slice(0, kept);
  chat.promptTokens = promptTokens;
  chat.turns += 1;
  cover(chat, source);
  return true;
}

export function hasAnotherTurn(chat: ChatSession, { recipe, rng }: ChatSource): boolean {
  if (chat.turns >= recipe.maxTurns) return false;
  return rng.next() < (chat.turns === 1 ? 1 - recipe.oneTurnShare : recipe.anotherTurnShare);
}

export function gapMs({ recipe, rng }: ChatSource): number {
  return valueAt(recipe.gapSeconds, rng.next()) * 1000;
}

/** Turns per session on average, from the recipe's shares. */
export function meanTurns(recipe: ChatRecipe): number {
  return 1 + (1 - recipe.oneTurnShare) / (1 - recipe.anotherTurnShare);
}

/** Fresh ids up to the prompt's end, and the answer's length. */
function cover(chat: ChatSession, { recipe, rng, traceBlockSize, freshId }: ChatSource): void {
  const blocks = Math.ceil(chat.promptTokens / traceBlockSize);
  while (chat.hashIds.length < blocks) chat.hashIds.push(freshId());
  chat.outputTokens = Math.round(valueAt(recipe.outputTokens, rng.next()));
}
