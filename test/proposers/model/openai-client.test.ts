import { describe, expect, it, onTestFinished } from 'vitest';
import { createOpenAiClient } from '../../../src/proposers/model/openai-client.ts';
import { readProvider } from '../../../src/proposers/model/provider.ts';
import { ask, QUESTION, textOf } from './ask-fake-provider.ts';
import { type Behaviour, reply, startFakeProvider } from './fake-provider.ts';
import { Purse } from './purse.ts';

describe('a model client', () => {
  it('asks by streaming Chat Completions, without any sampling parameter, and pays by the server’s numbers', async () => {
    const usage = {
      prompt_tokens: 40,
      completion_tokens: 9,
      prompt_tokens_details: { cached_tokens: 30 },
      completion_tokens_details: { reasoning_tokens: 4 },
    };
    const { answer, calls, purse } = await ask([reply('Raise the weight to 2.', { usage })], {
      flags: { price: '2,1,10' },
    });
    expect(answer).toEqual({ kind: 'reply', text: 'Raise the weight to 2.', finish: 'complete' });
    expect(calls).toHaveLength(1);
    expect(calls[0]?.path).toBe('/v1/chat/completions');
    expect(calls[0]?.body).toEqual({
      model: 'small-model',
      messages: QUESTION.messages,
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 500,
    });
    expect(purse.settled).toEqual([
      {
        tokens: 49,
        usd: (10 * 2 + 30 * 1 + 9 * 10) / 1e6,
        usage: {
          promptTokens: 40,
          cachedTokens: 30,
          replyTokens: 9,
          reasoningTokens: 4,
          estimated: false,
        },
        outcome: 'complete',
        reply: 'Raise the weight to 2.',
      },
    ]);
  });

  it('reserves more than any call can cost before it is sent', async () => {
    const { purse, calls } = await ask([reply('x'.repeat(200))], { flags: { price: '2,1,10' } });
    const [worst] = purse.reserved;
    expect(worst?.tokens).toBeGreaterThan((calls[0]?.billed.promptTokens ?? 0) + 500);
    expect(worst?.usd).toBeGreaterThan((500 * 10) / 1e6);
  });

  it('knows no price where none is listed, at home neither', async () => {
    const { purse } = await ask([reply('done')]);
    expect([purse.reserved[0]?.usd, purse.settled[0]?.usd]).toEqual([null, null]);
  });

  it('believes a server that says what a call cost', async () => {
    const { purse } = await ask([reply('done', { usage: { cost: 0.0125 } })]);
    expect(purse.settled[0]?.usd).toBe(0.0125);
  });

  it('sends the key where there is one, and no Authorization where there is none', async () => {
    const without = await ask([reply('done')]);
    expect(without.calls[0]?.headers.authorization).toBeUndefined();
    const withKey = await ask([reply('done')], { environment: { OPENAI_API_KEY: 'sk-canary' } });
    expect(withKey.calls[0]?.headers.authorization).toBe('Bearer sk-canary');
  });

  it('keeps the names of an account at OpenAI from other servers', async () => {
    process.env['OPENAI_ORG_ID'] = 'org-canary';
    onTestFinished(() => {
      delete process.env['OPENAI_ORG_ID'];
    });
    const { calls } = await ask([reply('done')]);
    expect(JSON.stringify(calls[0]?.headers)).not.toContain('org-canary');
  });

  it('adds the extra body', async () => {
    const { calls } = await ask([reply('done')], { flags: { extraBody: '{"reasoning_effort": "low"}' } });
    expect(calls[0]?.body['reasoning_effort']).toBe('low');
  });

  it.each(['', '/', '/v1', '/v1/', '/v1/chat/completions'])(
    'takes a base URL that ends in %j',
    async (end) => {
      const server = await startFakeProvider([reply('done')]);
      const baseUrl = server.baseUrl.replace('/v1', end);
      const client = createOpenAiClient(readProvider({ baseUrl, model: 'small-model' }, {}), {
        concurrency: 1,
        cacheFolder: undefined,
      });
      expect(textOf(await client.ask(QUESTION, new Purse(), new AbortController().signal))).toBe('done');
      expect(server.calls[0]?.path).toBe('/v1/chat/completions');
    },
  );

  it('sends so many questions at a time and no more', async () => {
    const server = await startFakeProvider([reply('a slow reply', { dripMs: 20 })]);
    const client = createOpenAiClient(readProvider({ baseUrl: server.baseUrl, model: 'small-model' }, {}), {
      concurrency: 2,
      cacheFolder: undefined,
    });
    const signal = new AbortController().signal;
    await Promise.all(Array.from({ length: 6 }, () => client.ask(QUESTION, new Purse(), signal)));
    expect(server.calls).toHaveLength(6);
    expect(server.mostAtOnce).toBe(2);
  });

  it('warns of nothing when many ask at the same time', async () => {
    const warnings: string[] = [];
    const listen = (warning: Error) => warnings.push(warning.message);
    process.on('warning', listen);
    onTestFinished(() => {
      process.off('warning', listen);
    });
    const server = await startFakeProvider([reply('a slow reply', { dripMs: 5 })]);
    const client = createOpenAiClient(readProvider({ baseUrl: server.baseUrl, model: 'small-model' }, {}), {
      concurrency: 20,
      cacheFolder: undefined,
    });
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 40 }, () => client.ask(QUESTION, new Purse(), signal)));
    await new Promise(setImmediate);
    expect(warnings).toEqual([]);
    expect(server.calls).toHaveLength(40);
  });

  it('rejects when it is interrupted, and counts the call at its worst', async () => {
    const interrupt = new AbortController();
    const server = await startFakeProvider(() => {
      setTimeout(() => interrupt.abort(new Error('enough')), 30);
      return { kind: 'stall', text: 'I was about to' };
    });
    const client = createOpenAiClient(readProvider({ baseUrl: server.baseUrl, model: 'small-model' }, {}), {
      concurrency: 1,
      cacheFolder: undefined,
    });
    const purse = new Purse();
    await expect(client.ask(QUESTION, purse, interrupt.signal)).rejects.toThrow('enough');
    expect(purse.settled).toMatchObject([{ tokens: purse.reserved[0]?.tokens, usage: undefined }]);
  });

  it('sends nothing that can’t be paid', async () => {
    const { answer, calls } = await ask([reply('done')], { purse: new Purse(0) });
    expect(answer.kind).toBe('out-of-budget');
    expect(calls).toHaveLength(0);
  });
});

describe('the Responses interface', () => {
  const wanted: Behaviour = {
    kind: 'error',
    status: 404,
    body: {
      error: { message: 'This model is only supported in v1/responses and not in v1/chat/completions.' },
    },
  };

  it('is spoken with models that want it', async () => {
    const { answer, calls, purse } = await ask([wanted, reply('Raise the weight.')]);
    expect(answer).toEqual({ kind: 'reply', text: 'Raise the weight.', finish: 'complete' });
    expect(calls.map(({ path }) => path)).toEqual(['/v1/chat/completions', '/v1/responses']);
    expect(calls[1]?.body).toEqual({
      model: 'small-model',
      input: QUESTION.messages,
      stream: true,
      store: false,
      max_output_tokens: 500,
    });
    expect(purse.settled[1]?.usage).toMatchObject({ cachedTokens: 3, reasoningTokens: 2, estimated: false });
  });

  it('is spoken from the start when that is asked for', async () => {
    const { answer, calls } = await ask([reply('cut', { finish: 'length' })], {
      flags: { api: 'responses' },
    });
    expect(answer).toMatchObject({ kind: 'reply', text: 'cut', finish: 'cut' });
    expect(calls.map(({ path }) => path)).toEqual(['/v1/responses']);
  });

  it('is not spoken when it was ruled out', async () => {
    const { answer, calls } = await ask([wanted], { flags: { api: 'chat' } });
    expect(textOf(answer)).toMatch(/^refused: .*only supported in v1\/responses/);
    expect(calls).toHaveLength(1);
  });
});
