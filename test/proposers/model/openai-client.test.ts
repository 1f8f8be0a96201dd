import { describe, expect, it, onTestFinished } from 'vitest';
import type { Answer, Question } from '../../../src/proposers/model/model-client.ts';
import { type ClientOptions, createOpenAiClient } from '../../../src/proposers/model/openai-client.ts';
import { type ProviderFlags, readProvider } from '../../../src/proposers/model/provider.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { type Behaviour, reply, type SeenCall, startFakeProvider } from './fake-provider.ts';
import { Purse } from './purse.ts';
import { SkippingClock } from './skipping-clock.ts';

const QUESTION: Question = {
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
async function ask(
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

function textOf(answer: Answer): string {
  return answer.kind === 'reply' ? answer.text : `${answer.kind}: ${answer.problem}`;
}

function namesOf(call: SeenCall | undefined): string[] {
  return Object.keys(call?.body ?? {}).sort();
}

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

describe('a reply', () => {
  it.each<[string, Behaviour, string]>([
    ['with a byte order mark and carriage returns', reply('\uFEFFone\r\ntwo\r\n'), 'one\ntwo'],
    ['after a thought', reply('<think>\nreturn 0;\n</think>\nreturn 1;'), 'return 1;'],
    ['after a thought that the template opened', reply('maybe 0\n</think>\nreturn 1;'), 'return 1;'],
    ['between thoughts', reply('<think>a</think>one<THINK>b</THINK> two'), 'one two'],
    [
      'in parts',
      reply('', {
        content: [
          { type: 'text', text: 'one' },
          { type: 'thinking', thinking: 'two' },
        ],
      }),
      'one',
    ],
    ['without a reason for its end', reply('done', { finish: null }), 'done'],
    ['in one piece, though a stream was asked for', reply('done', { whole: true }), 'done'],
    ['that is compressed', reply('done', { gzip: true }), 'done'],
    ['in one piece and compressed', reply('done', { gzip: true, whole: true }), 'done'],
    ['that drips', reply('one two three four', { dripMs: 5 }), 'one two three four'],
    ['beside a thought in its own field', reply('return 1;', { reasoning: 'return 0;' }), 'return 1;'],
    ['in characters of several bytes', reply('naïve → 値'), 'naïve → 値'],
  ])('%s is understood', async (_what, behaviour, text) => {
    const { answer, purse } = await ask([behaviour]);
    expect(textOf(answer)).toBe(text);
    expect(purse.settled).toHaveLength(1);
  });

  it('that reached its limit is told from a complete one', async () => {
    const { answer } = await ask([reply('and then', { finish: 'length' })]);
    expect(answer).toMatchObject({ kind: 'reply', finish: 'cut' });
  });

  it.each<[string, Behaviour, RegExp]>([
    ['without choices', reply('', { choices: [] }), /the reply is empty/],
    ['of null', reply(null), /the reply is empty/],
    ['of thoughts only', reply(null, { reasoning: 'return 0;' }), /thoughts only/],
    ['of thoughts up to its limit', reply(null, { reasoning: 'hm', finish: 'length' }), /limit was used up/],
    ['of a thought without end', reply('<think>return 0;'), /thoughts only/],
    ['that another filter held back', reply('I', { finish: 'SAFETY' }), /content filter/],
    ['that a filter held back', reply('I', { finish: 'content_filter' }), /content filter/],
    [
      'that is a refusal',
      reply('', { choices: [{ index: 0, delta: { refusal: 'I would rather not' }, finish_reason: 'stop' }] }),
      /refuses: I would rather not/,
    ],
  ])('%s is unusable, paid for and not asked for again', async (_what, behaviour, problem) => {
    const { answer, purse, calls } = await ask([behaviour]);
    expect(answer.kind).toBe('unusable');
    expect(textOf(answer)).toMatch(problem);
    expect(calls).toHaveLength(1);
    expect(purse.settled[0]?.usage?.promptTokens).toBeGreaterThan(0);
  });

  it('without end is cut off', async () => {
    const { answer } = await ask([{ kind: 'endless' }], { question: { ...QUESTION, maxReplyTokens: 100 } });
    expect(answer).toMatchObject({ kind: 'reply', finish: 'cut' });
  });
});

describe('usage', () => {
  it.each<[string, Readonly<Record<string, unknown>> | null]>([
    ['that is missing', null],
    ['that is negative', { prompt_tokens: -1 }],
    ['that is a text', { completion_tokens: 'many' }],
    ['that is not whole', { prompt_tokens: 12.5 }],
    ['that forgets the prompt', { prompt_tokens: 0 }],
    ['that forgets the reply', { completion_tokens: 0 }],
    ['that no such prompt can have', { prompt_tokens: 1_000_000 }],
    ['that no such reply can have', { completion_tokens: 1_000_000 }],
  ])('%s is reckoned from the texts and marked', async (_what, usage) => {
    const { purse } = await ask([reply('Raise the weight to 2.', { usage })]);
    const [settled] = purse.settled;
    expect(settled?.usage).toMatchObject({ estimated: true, cachedTokens: 0, replyTokens: 8 });
    expect(settled?.tokens).toBeGreaterThan(20);
    expect(settled?.tokens).toBeLessThan(purse.reserved[0]?.tokens ?? 0);
  });

  it('of thoughts that ran over the limit is believed', async () => {
    const usage = { completion_tokens: 9000, completion_tokens_details: { reasoning_tokens: 8900 } };
    const { purse } = await ask([reply('done', { usage })]);
    expect(purse.settled[0]?.usage).toMatchObject({ replyTokens: 9000, estimated: false });
  });

  it('of thoughts that the server showed is reckoned too', async () => {
    const { purse } = await ask([reply('done', { reasoning: 'hm '.repeat(30), usage: null })]);
    expect(purse.settled[0]?.usage).toMatchObject({ reasoningTokens: 30, replyTokens: 32, estimated: true });
  });

  it('with parts larger than the whole loses the parts', async () => {
    const usage = { prompt_tokens: 40, prompt_tokens_details: { cached_tokens: 41 } };
    const { purse } = await ask([reply('done', { usage })]);
    expect(purse.settled[0]?.usage).toMatchObject({ promptTokens: 40, cachedTokens: 0, estimated: false });
  });
});

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

describe('a parameter that a server refuses', () => {
  it.each([
    ['max_completion_tokens', ['max_tokens', 'messages', 'model', 'stream', 'stream_options']],
    ['stream_options', ['max_completion_tokens', 'messages', 'model', 'stream']],
    ['stream', ['max_completion_tokens', 'messages', 'model']],
  ])('(%s) is left out, at no cost', async (parameter, names) => {
    const { answer, calls, purse } = await ask([
      { kind: 'refuse', parameters: [parameter], reply: { text: 'done' } },
    ]);
    expect(textOf(answer)).toBe('done');
    expect(calls).toHaveLength(2);
    expect(namesOf(calls[1])).toEqual(names);
    expect(purse.settled[0]).toMatchObject({ tokens: 0, usd: 0 });
  });

  it.each<[string, unknown]>([
    ['Unrecognized request argument supplied: stream_options', undefined],
    ['Invalid JSON payload received. Unknown name "stream_options": Cannot find field.', 'INVALID_ARGUMENT'],
    ['stream_options is not supported', undefined],
  ])('is recognised in %j', async (message, status) => {
    const { answer, calls } = await ask((call) =>
      'stream_options' in call.body
        ? { kind: 'error', status: 400, body: [{ error: { code: 400, message, status } }] }
        : reply('done'),
    );
    expect(textOf(answer)).toBe('done');
    expect(calls).toHaveLength(2);
  });

  it('is recognised in a list of invalid fields', async () => {
    const detail = [
      { type: 'extra_forbidden', loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' },
    ];
    const { answer } = await ask((call) =>
      'stream_options' in call.body ? { kind: 'error', status: 422, body: { detail } } : reply('done'),
    );
    expect(textOf(answer)).toBe('done');
  });

  it('may be a message of the system', async () => {
    const { answer, calls } = await ask((call) =>
      JSON.stringify(call.body).includes('"system"')
        ? { kind: 'error', status: 400, body: { error: { message: 'System role not supported' } } }
        : reply('done'),
    );
    expect(textOf(answer)).toBe('done');
    expect(calls[1]?.body['messages']).toEqual([
      { role: 'user', content: 'You improve routers.\n\nMake this one better, please.' },
    ]);
  });

  it('may be refused to several who ask at the same time', async () => {
    const server = await startFakeProvider([
      { kind: 'refuse', parameters: ['stream_options', 'max_completion_tokens'], reply: { text: 'done' } },
    ]);
    const client = createOpenAiClient(readProvider({ baseUrl: server.baseUrl, model: 'small-model' }, {}), {
      concurrency: 8,
      cacheFolder: undefined,
    });
    const { signal } = new AbortController();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => client.ask(QUESTION, new Purse(), signal)),
    );
    expect(answers.map(textOf)).toEqual(Array(8).fill('done'));
  });

  it('is remembered for the model at that server', async () => {
    const cacheFolder = temporaryFolder();
    const behave: Behaviour[] = [
      { kind: 'refuse', parameters: ['stream_options', 'max_completion_tokens'], reply: { text: 'done' } },
    ];
    const first = await ask(behave, { options: { cacheFolder } });
    expect(first.calls).toHaveLength(3);
    const later = createOpenAiClient(
      readProvider({ baseUrl: first.server.baseUrl, model: 'small-model' }, {}),
      { concurrency: 1, cacheFolder, clock: new SkippingClock() },
    );
    await later.ask(QUESTION, new Purse(), new AbortController().signal);
    expect(first.calls).toHaveLength(4);
    expect(namesOf(first.calls[3])).toEqual(['max_tokens', 'messages', 'model', 'stream']);
  });

  it('is no parameter that limits the reply: such a server is refused', async () => {
    const { answer, calls } = await ask([
      { kind: 'refuse', parameters: ['max_completion_tokens', 'max_tokens'], reply: { text: 'done' } },
    ]);
    expect(answer.kind).toBe('refused');
    expect(calls).toHaveLength(2);
  });

  it('is no parameter of the user’s: what was asked for is not left out', async () => {
    const { answer, calls } = await ask(
      [{ kind: 'refuse', parameters: ['reasoning_effort'], reply: { text: 'done' } }],
      { flags: { extraBody: '{"reasoning_effort": "low"}' } },
    );
    expect(textOf(answer)).toMatch(/^refused: .*reasoning_effort/);
    expect(calls).toHaveLength(1);
  });
});

describe('a reply limit', () => {
  it.each([
    "This model's maximum context length is 1000 tokens. However, you requested 1100 tokens (600 in the messages, 500 in the completion).",
    "'max_tokens' is too large: 500. This model's maximum context length is 1000 tokens and your request has 600 input tokens",
    'max_tokens is too large: 500. This model supports at most 399 completion tokens',
  ])('beyond what fits is lowered: %s', async (message) => {
    const { answer, calls } = await ask((call) =>
      Number(call.body['max_completion_tokens']) > 399
        ? { kind: 'error', status: 400, body: { error: { message } } }
        : reply('done'),
    );
    expect(textOf(answer)).toBe('done');
    expect(calls[1]?.body['max_completion_tokens']).toBe(399);
  });

  it('that leaves nothing for a reply means that the prompt is too long', async () => {
    const message =
      "This model's maximum context length is 700 tokens. However, you requested 1100 tokens (600 in the messages, 500 in the completion).";
    const { answer, calls } = await ask([{ kind: 'error', status: 400, body: { error: { message } } }]);
    expect(answer.kind).toBe('too-long');
    expect(calls).toHaveLength(1);
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
