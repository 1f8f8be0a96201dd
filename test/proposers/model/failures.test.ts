import { describe, expect, it } from 'vitest';
import { createOpenAiClient } from '../../../src/proposers/model/openai-client.ts';
import { readProvider } from '../../../src/proposers/model/provider.ts';
import { ask, QUESTION, textOf } from './ask-fake-provider.ts';
import { type Behaviour, reply, startFakeProvider } from './fake-provider.ts';
import { Purse } from './purse.ts';
import { SkippingClock } from './skipping-clock.ts';

describe('a failure that may pass', () => {
  it.each<[string, Behaviour, boolean]>([
    ['a full server', { kind: 'error', status: 429 }, false],
    ['a fault of the server', { kind: 'error', status: 500 }, false],
    [
      'an overloaded server',
      { kind: 'error', status: 529, body: { error: { type: 'overloaded_error' } } },
      false,
    ],
    ['a gateway that gave up', { kind: 'error', status: 504, body: '<html>Gateway Time-out</html>' }, true],
    [
      'an error in an answer of status 200',
      { kind: 'error-in-200', error: { message: 'busy', code: 503 } },
      false,
    ],
    [
      'an error in the stream',
      { kind: 'error-in-stream', text: 'So', error: { message: 'lost a GPU' } },
      true,
    ],
    ['a stream that breaks off', { kind: 'truncated', text: 'So' }, true],
    ['a stream that stalls', { kind: 'stall', text: 'So' }, true],
    ['a server that never begins', { kind: 'stall', text: '' }, true],
    ['a connection kept alive for nothing', { kind: 'keep-alive' }, true],
    ['a connection that is reset', { kind: 'reset' }, true],
    ['a connection that is reset within the reply', { kind: 'reset', text: 'So' }, true],
    [
      'an answer that is no JSON',
      { kind: 'raw', type: 'text/event-stream', bytes: 'data: {"choi\n\n' },
      true,
    ],
  ])('(%s) is tried again and paid for rightly', async (_what, behaviour, mayBeBilled) => {
    const { answer, purse, calls, clock } = await ask([behaviour, reply('done')], {
      options: { limits: { firstTokenMs: 1000, stallMs: 1000 } },
      flags: { price: '2,1,10' },
    });
    expect(textOf(answer)).toBe('done');
    expect(calls).toHaveLength(2);
    const worst = purse.reserved[0];
    const expected = mayBeBilled ? { tokens: worst?.tokens, usd: worst?.usd } : { tokens: 0, usd: 0 };
    expect(purse.settled[0]).toMatchObject(expected);
    expect(purse.settled[1]?.usage?.estimated).toBe(false);
    expect(clock.sleepsMs).toHaveLength(1);
  });

  it('is waited out for longer each time, equally for equal seeds', async () => {
    const busy: Behaviour = { kind: 'error', status: 503 };
    const waits = async (seed: number) =>
      (await ask([busy, busy, busy, busy, reply('done')], { options: { seed } })).clock.sleepsMs;
    const first = await waits(7);
    expect(first).toHaveLength(4);
    first.forEach((wait, index) => {
      expect(wait).toBeGreaterThanOrEqual(500 * 2 ** index);
      expect(wait).toBeLessThanOrEqual(1000 * 2 ** index);
    });
    expect(await waits(7)).toEqual(first);
    expect(await waits(8)).not.toEqual(first);
  });

  it.each<[Readonly<Record<string, string>>, number]>([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after-ms': '250' }, 250],
    [{ 'retry-after-ms': '250', 'retry-after': '7' }, 250],
    [{ 'retry-after': 'soon' }, 500],
  ])('with %j is waited out for that long at least', async (headers, leastMs) => {
    const { answer, clock } = await ask([{ kind: 'error', status: 429, headers }, reply('done')]);
    expect(textOf(answer)).toBe('done');
    expect(clock.sleepsMs[0]).toBeGreaterThanOrEqual(leastMs);
    expect(clock.sleepsMs[0]).toBeLessThanOrEqual(leastMs + 1000);
  });

  it('that stays makes the server unavailable, which is told at once for a while', async () => {
    const { answer, client, calls, clock } = await ask([{ kind: 'error', status: 503 }], {
      options: { tries: 3 },
    });
    expect(answer).toMatchObject({ kind: 'unavailable', retryInMs: 30_000 });
    expect(textOf(answer)).toMatch(/^unavailable: small-model at 127.0.0.1:\d+: status 503: .*, 3 tries$/);
    const signal = new AbortController().signal;
    expect(await client.ask(QUESTION, new Purse(), signal)).toMatchObject({ kind: 'unavailable' });
    expect(calls).toHaveLength(3);
    clock.pass(30_000);
    expect(await client.ask(QUESTION, new Purse(), signal)).toMatchObject({ retryInMs: 60_000 });
    expect(calls).toHaveLength(6);
  });

  it('that stays does not stay for ever', async () => {
    const busy: Behaviour = { kind: 'error', status: 503 };
    const { answer, client, clock } = await ask([busy, reply('done')], { options: { tries: 1 } });
    expect(answer.kind).toBe('unavailable');
    clock.pass(30_000);
    const again = await client.ask(QUESTION, new Purse(), new AbortController().signal);
    expect(textOf(again)).toBe('done');
  });

  it('is left alone when the server asks for a long wait', async () => {
    const { answer, clock } = await ask([{ kind: 'error', status: 429, headers: { 'retry-after': '3600' } }]);
    expect(answer).toMatchObject({ kind: 'unavailable', retryInMs: 3_600_000 });
    expect(clock.sleepsMs).toEqual([]);
  });

  it('is given up when the money for another try is missing', async () => {
    const { answer, calls } = await ask([{ kind: 'error', status: 500 }], { purse: new Purse(2) });
    expect(answer.kind).toBe('out-of-budget');
    expect(calls).toHaveLength(2);
  });

  it('of a server that is not there costs nothing', async () => {
    const server = await startFakeProvider([reply('done')]);
    await server.close();
    const client = createOpenAiClient(readProvider({ baseUrl: server.baseUrl, model: 'm' }, {}), {
      concurrency: 1,
      cacheFolder: undefined,
      clock: new SkippingClock(),
    });
    const purse = new Purse();
    const answer = await client.ask(QUESTION, purse, new AbortController().signal);
    expect(textOf(answer)).toMatch(/^unavailable: .*the connection failed \(ECONNREFUSED\), 5 tries$/);
    expect(purse.settled.map(({ tokens }) => tokens)).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('a failure that will not pass', () => {
  it.each<[string, Behaviour, RegExp]>([
    ['a wrong key', { kind: 'error', status: 401 }, /^refused: .*OPENAI_API_KEY/],
    ['a key without the right', { kind: 'error', status: 403 }, /^refused: .*OPENAI_API_KEY/],
    [
      'an unknown model',
      { kind: 'error', status: 404, body: { error: { message: 'no such model', code: 'model_not_found' } } },
      /^refused: .*no such model; check --model/,
    ],
    [
      'a quota that is used up',
      {
        kind: 'error',
        status: 429,
        body: { error: { message: 'You exceeded', code: 'insufficient_quota' } },
      },
      /^refused: .*quota is used up/,
    ],
    ['an empty account', { kind: 'error', status: 402 }, /^refused: .*quota is used up/],
    [
      'a wrong type',
      {
        kind: 'error',
        status: 400,
        body: { error: { message: 'stream must be a boolean', param: 'stream' } },
      },
      /^refused: .*stream must be a boolean/,
    ],
    [
      'a page instead of an answer',
      { kind: 'raw', type: 'text/html', bytes: '<html>' },
      /^refused: .*text\/html/,
    ],
    [
      'what a server behind the server says',
      {
        kind: 'error',
        status: 400,
        body: {
          error: {
            message: 'Provider returned error',
            code: 400,
            metadata: { raw: 'prompt is too long: 9 > 8' },
          },
        },
      },
      /^too-long: .*Provider returned error: prompt is too long/,
    ],
    ['a prompt that is too large', { kind: 'error', status: 413 }, /^too-long: /],
    [
      'a prompt beyond the context',
      {
        kind: 'error',
        status: 400,
        body: {
          error: {
            code: 400,
            message: 'the request exceeds the available context size, try increasing it',
            type: 'exceed_context_size_error',
            n_prompt_tokens: 5000,
            n_ctx: 4096,
          },
        },
      },
      /^too-long: .*exceeds the available context size/,
    ],
    [
      'a prompt that a filter refuses',
      { kind: 'error', status: 400, body: { error: { message: 'filtered', code: 'content_filter' } } },
      /^unusable: .*filtered/,
    ],
    [
      'fields that a framework refuses',
      {
        kind: 'error',
        status: 422,
        body: { detail: [{ loc: ['body', 'messages', 0], msg: 'Input should be a valid dictionary' }] },
      },
      /^refused: .*Input should be a valid dictionary/,
    ],
  ])('(%s) is told without another try and costs nothing', async (_what, behaviour, told) => {
    const { answer, calls, purse } = await ask([behaviour]);
    expect(textOf(answer)).toMatch(told);
    expect(calls).toHaveLength(1);
    expect(purse.settled).toMatchObject([{ tokens: 0, usd: 0 }]);
  });

  it.each<[string, RegExp]>([
    ['invalid_api_key', /^refused: .*OPENAI_API_KEY/],
    ['model_not_found', /^refused: .*check --model/],
    ['insufficient_quota', /^refused: .*quota/],
    ['invalid_request_error', /^refused: /],
  ])('(%s in an answer of status 200) is told without another try', async (code, told) => {
    const { answer, calls } = await ask([{ kind: 'error-in-200', error: { message: 'no', code } }]);
    expect(textOf(answer)).toMatch(told);
    expect(calls).toHaveLength(1);
  });

  it('is told with the request’s id and without the key', async () => {
    const { answer } = await ask(
      [
        {
          kind: 'error',
          status: 401,
          headers: { 'x-request-id': 'req_12' },
          body: { error: { message: 'Incorrect API key provided: sk-canary.\u001b[31m' } },
        },
      ],
      { environment: { OPENAI_API_KEY: 'sk-canary' } },
    );
    expect(textOf(answer)).toMatch(
      /Incorrect API key provided: \(key\)\.; check OPENAI_API_KEY and what it may use \(request req_12\)$/,
    );
  });

  it('leaves a redirect unfollowed', async () => {
    const elsewhere = await startFakeProvider([reply('come here')]);
    const { answer } = await ask([{ kind: 'redirect', to: `${elsewhere.baseUrl}/chat/completions` }]);
    expect(textOf(answer)).toMatch(/^refused: .*redirects to http:\/\/127.0.0.1:\d+, which is not followed/);
    expect(elsewhere.calls).toHaveLength(0);
  });
});
