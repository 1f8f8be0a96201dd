import type { Answer, Question } from '../../../src/proposers/model/model-client.ts';
import { type ClientOptions, createOpenAiClient } from '../../../src/proposers/model/openai-client.ts';
import { type ProviderFlags, readProvider } from '../../../src/proposers/model/provider.ts';
import { type SeenCall, startFakeProvider } from './fake-provider.ts';
import { Purse } from './purse.ts';
import { SkippingClock } from './skipping-clock.ts';

export const QUESTION: Question = {
  messages: [
    { role: 'system', content: 'You improve routers.' },
    { role: 'user', content: 'Make this one better, please.' },
  ],
  maxReplyTokens: 500,
};

interface Asking {
  readonly flags?: ProviderFlags;
  readonly environment?: NodeJS.ProcessEnv;
  readonly options?: Partial<ClientOptions>;
  readonly purse?: Purse;
  readonly question?: Question;
}

/** Asks one question of a server that behaves like this. */
export async function ask(
  behave: Parameters<typeof startFakeProvider>[0],
  { flags, environment = {}, options, purse = new Purse(), question = QUESTION }: Asking = {},
) {
  const server = await startFakeProvider(behave);
  const clock = new SkippingClock();
  const client = createOpenAiClient(
    readProvider({ baseUrl: server.baseUrl, model: 'small-model', ...flags }, environment),
    { concurrency: 1, cacheFolder: undefined, clock, ...options },
  );
  const answer = await client.ask(question, purse, new AbortController().signal);
  return { answer, calls: server.calls, purse, clock, client, server };
}

export function textOf(answer: Answer): string {
  return answer.kind === 'reply' ? answer.text : `${answer.kind}: ${answer.problem}`;
}

export function namesOf(call: SeenCall | undefined): string[] {
  return Object.keys(call?.body ?? {}).sort();
}
