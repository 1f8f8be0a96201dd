import { describe, expect, it } from 'vitest';
import { createOpenAiClient } from '../../../src/proposers/model/openai-client.ts';
import { readProvider } from '../../../src/proposers/model/provider.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { ask, namesOf, QUESTION, textOf } from './ask-fake-provider.ts';
import { type Behaviour, reply, startFakeProvider } from './fake-provider.ts';
import { Purse } from './purse.ts';
import { SkippingClock } from './skipping-clock.ts';

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
