import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOpenAiClient } from '../../../src/proposers/model/openai-client.ts';
import { readProvider } from '../../../src/proposers/model/provider.ts';
import { type Behaviour, reply, startFakeProvider } from './fake-provider.ts';
import { Purse } from './purse.ts';
import { SkippingClock } from './skipping-clock.ts';

const ANSWERS = ['reply', 'unusable', 'too-long', 'unavailable', 'refused'];

const scalar = fc.constantFrom<unknown>(
  null,
  true,
  0,
  -1,
  Number.MAX_VALUE,
  'stop',
  'error',
  'text',
  '',
  [],
  {},
);
const word = fc.constantFrom('choices', 'delta', 'message', 'content', 'finish_reason', 'usage', 'error');
const more = fc.constantFrom(
  'type',
  'text',
  'code',
  'response',
  'output',
  'object',
  'prompt_tokens',
  'detail',
);
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(word, more), tie('value'), { maxKeys: 4 }),
  ),
}));

const json = anyValue.map((value) => JSON.stringify(value) ?? 'null');
const event = fc.oneof(
  json.map((text) => `data: ${text}\n\n`),
  fc.constantFrom(
    'data: [DONE]\n\n',
    ': ping\n\n',
    'event: error\n',
    '\r\n',
    'data:',
    'data: {"choi',
    '\uFEFF',
  ),
);

const raw = fc.oneof(
  fc.record({ type: fc.constant('application/json'), bytes: fc.oneof(json, fc.string()) }),
  fc.record({
    type: fc.constant('text/event-stream'),
    bytes: fc.array(event, { maxLength: 6 }).map((events) => events.join('')),
  }),
);
const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  raw.map((answer): Behaviour => ({ kind: 'raw', ...answer })),
  fc.record({
    kind: fc.constant('error' as const),
    status: fc.integer({ min: 200, max: 599 }),
    body: anyValue,
  }),
);

describe('whatever a server answers', () => {
  it('it is an answer, and every call is settled once', async () => {
    let next: Behaviour = reply('done');
    const server = await startFakeProvider(() => next);
    const provider = readProvider({ baseUrl: server.baseUrl, model: 'small-model', price: '1,1,1' }, {});
    const question = { messages: [{ role: 'user' as const, content: 'Better?' }], maxReplyTokens: 50 };
    await fc.assert(
      fc.asyncProperty(behaviour, async (odd) => {
        next = odd;
        const clock = new SkippingClock();
        const client = createOpenAiClient(provider, {
          concurrency: 1,
          cacheFolder: undefined,
          tries: 2,
          clock,
        });
        const purse = new Purse();
        const answer = await client.ask(question, purse, new AbortController().signal);
        expect(ANSWERS).toContain(answer.kind);
        if (answer.kind === 'reply') expect(answer.text.trim()).not.toBe('');
        else expect(answer.problem).not.toMatch(/\p{Cc}/u);
        expect(purse.settled).toHaveLength(purse.reserved.length);
        for (const { tokens, usd } of purse.settled) {
          expect(Number.isSafeInteger(tokens) && tokens >= 0).toBe(true);
          expect(usd !== null && usd >= 0 && usd < 1).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
