import { describe, expect, it } from 'vitest';
import { ask, QUESTION, textOf } from './ask-fake-provider.ts';
import { type Behaviour, reply } from './fake-provider.ts';

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
