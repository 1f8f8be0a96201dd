import { describe, expect, it } from 'vitest';
import { CapabilityMemory } from '../../../src/proposers/model/capability-memory.ts';
import { type ProviderFlags, readProvider } from '../../../src/proposers/model/provider.ts';
import { checkProvider } from '../../../src/proposers/model/provider-checks.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { type Behaviour, type Reply, reply, type SeenCall, startFakeProvider } from './fake-provider.ts';

/** A model that does as it is told. */
function obliging(call: SeenCall, more: Partial<Reply> = {}): Behaviour {
  const asked = JSON.stringify(call.body['messages'] ?? call.body['input']);
  if (asked.includes('code word')) return reply('Marigold.', more);
  if (asked.includes('numbers from 1')) return reply('1 2 3 4 5 6', { finish: 'length', ...more });
  if (asked.includes('water')) return reply('{"wet": true}', more);
  return reply('ready', more);
}

async function check(
  behave: Parameters<typeof startFakeProvider>[0],
  { flags, cacheFolder }: { readonly flags?: ProviderFlags; readonly cacheFolder?: string } = {},
) {
  const server = await startFakeProvider(behave);
  const provider = readProvider({ baseUrl: server.baseUrl, model: 'small-model', ...flags }, {});
  const { signal } = new AbortController();
  const checks = await checkProvider(provider, { cacheFolder, signal });
  return { server, provider, checks: Object.fromEntries(checks.map((each) => [each.name, each])) };
}

describe('the checks of a provider', () => {
  it('find nothing to complain about where everything works', async () => {
    const { checks, server } = await check((call) => obliging(call), { flags: { price: '1,1,2' } });
    expect(Object.values(checks).map(({ state }) => state)).toEqual(Array(10).fill('ok'));
    expect(checks['interface']?.detail).toBe('Chat Completions, with all parameters');
    expect(server.calls).toHaveLength(5);
    const tokens = server.calls.reduce(
      (sum, { billed }) => sum + billed.promptTokens + billed.replyTokens,
      0,
    );
    expect(checks['cost']?.detail).toBe(`these checks took ${tokens} tokens`);
  });

  it('say what a server refuses, and remember it', async () => {
    const cacheFolder = temporaryFolder();
    const parameters = ['max_completion_tokens', 'stream_options', 'temperature', 'response_format'];
    const { checks, provider } = await check(
      (call) => {
        const { kind: _, ...told } = obliging(call) as Behaviour & { kind: 'reply' };
        return { kind: 'refuse', parameters, reply: told };
      },
      { cacheFolder },
    );
    expect(checks['interface']?.detail).toMatch(/^Chat Completions, without .*max_completion_tokens/);
    expect(checks['temperature']).toMatchObject({
      state: 'note',
      detail: expect.stringContaining('refused'),
    });
    expect(checks['json schema']).toMatchObject({ state: 'note', detail: 'refused; not needed' });
    expect(checks['usage']).toMatchObject({ state: 'note' });
    const memory = new CapabilityMemory(cacheFolder, {
      baseUrl: provider.endpoint.url,
      model: 'small-model',
    });
    expect(memory.recall().refused).toEqual(['max_completion_tokens', 'stream_options']);
  });

  it('notice that a long prompt is cut silently', async () => {
    const { checks } = await check((call) =>
      JSON.stringify(call.body).includes('code word')
        ? reply('I see no code word.', { usage: { prompt_tokens: 4096 } })
        : obliging(call),
    );
    expect(checks['long prompt']).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('only 4096 tokens of about 6,000 were read'),
      remedy: expect.stringContaining('OLLAMA_CONTEXT_LENGTH'),
    });
  });

  it('notice that a long prompt does not fit', async () => {
    const tooLong = { message: 'too large', type: 'exceed_context_size_error', code: 400 };
    const { checks } = await check((call) =>
      JSON.stringify(call.body).includes('code word')
        ? { kind: 'error', status: 400, body: { error: tooLong } }
        : obliging(call),
    );
    expect(checks['long prompt']).toMatchObject({ state: 'failed' });
  });

  it('notice that the reply limit is ignored', async () => {
    const { checks } = await check((call) => obliging(call, { finish: 'stop' }));
    expect(checks['reply limit']?.state).toBe('note');
  });

  it('notice a model that only thinks', async () => {
    const { checks } = await check([reply(null, { reasoning: 'ready?' })]);
    expect(checks['answer']).toMatchObject({ state: 'failed', detail: 'thoughts only, and no text' });
  });

  it('name a model that is not on the list, and a price that is not known', async () => {
    const { checks } = await check((call) => obliging(call), { flags: { model: 'larger-model' } });
    expect(checks['models']?.detail).toBe('larger-model is not on the list: small-model');
    expect(checks['price']?.state).toBe('note');
  });

  it.each<[string, Behaviour, RegExp]>([
    ['refuses the key', { kind: 'error', status: 401 }, /OPENAI_API_KEY/],
    ['has trouble', { kind: 'error', status: 503 }, /status 503/],
    [
      'sends elsewhere',
      { kind: 'redirect', to: 'http://elsewhere.test/' },
      /redirects to http:\/\/elsewhere.test/,
    ],
  ])('stop at the first question when the server %s', async (_what, behaviour, detail) => {
    const { checks, server } = await check([behaviour]);
    expect(Object.keys(checks)).toEqual(['models', 'answer']);
    expect(checks['answer']).toMatchObject({ state: 'failed', detail: expect.stringMatching(detail) });
    expect(server.calls).toHaveLength(1);
  });

  it('speak the Responses interface too', async () => {
    const { checks, server } = await check((call) => obliging(call), { flags: { api: 'responses' } });
    expect(checks['interface']?.detail).toBe('Responses, with all parameters');
    expect(checks['long prompt']?.state).toBe('ok');
    expect(new Set(server.calls.map(({ path }) => path))).toEqual(new Set(['/v1/responses']));
  });
});
