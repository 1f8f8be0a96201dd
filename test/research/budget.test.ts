import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Question } from '../../src/proposers/model/model-client.ts';
import { createOpenAiClient } from '../../src/proposers/model/openai-client.ts';
import { costUsd } from '../../src/proposers/model/price.ts';
import { readProvider } from '../../src/proposers/model/provider.ts';
import { createRandom, type Random } from '../../src/proposers/mutator/random.ts';
import { Budget, type CallCaps, requirePrice } from '../../src/research/budget.ts';
import { RunLog } from '../../src/research/run-log.ts';
import { BlobStore } from '../../src/store/blob-store.ts';
import { Journal } from '../../src/store/journal.ts';
import { deriveRunState } from '../../src/store/run-state.ts';
import { type Behaviour, reply, type SeenCall, startFakeProvider } from '../proposers/model/fake-provider.ts';
import { Purse } from '../proposers/model/purse.ts';
import { SkippingClock } from '../proposers/model/skipping-clock.ts';
import { runEntry } from '../store/sample-records.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const PRICE = { prompt: 2, cached: 1, reply: 10 };
const CALL = { tokens: 1000, usd: 0.01 };
const FOREVER = new AbortController().signal;

function question(maxReplyTokens = 100): Question {
  return { messages: [{ role: 'user', content: 'Make this policy better, please.' }], maxReplyTokens };
}

/** The log of a run whose journal is this file; begun if there is none. */
function openLog(folder: string, file = 'journal.jsonl'): RunLog {
  const journal = Journal.open(join(folder, file));
  if (journal.records().length === 0) journal.append(runEntry());
  const state = deriveRunState(journal.records(), journal.path);
  return new RunLog(journal, state, new BlobStore(join(folder, 'blobs')));
}

function clientOf(baseUrl: string, { model = 'small-model', concurrency = 1, seed = 1 } = {}) {
  return createOpenAiClient(readProvider({ baseUrl, model, price: '2,1,10' }, {}), {
    concurrency,
    seed,
    tries: 3,
    cacheFolder: undefined,
    clock: new SkippingClock(),
  });
}

describe('a budget', () => {
  it.each<[string, CallCaps]>([
    ['tokens', { tokens: 2500 }],
    ['dollars', { usd: 0.025 }],
    ['calls', { calls: 2 }],
  ])('in %s lends for calls that fit and for no other', (_what, caps) => {
    const budget = new Budget(openLog(temporaryFolder()), caps);
    const lent = [1, 2, 3].map((attempt) => budget.spending(attempt, 0).reserve(CALL));
    expect(lent.map((reservation) => reservation !== undefined)).toEqual([true, true, false]);
    expect(budget.totals).toEqual({ calls: 2, unsettled: 2, tokens: 2000, usd: 0.02 });
  });

  it('lends again what a call did not need', () => {
    const budget = new Budget(openLog(temporaryFolder()), { usd: 0.01 });
    const first = budget.spending(1, 0).reserve(CALL);
    expect(budget.spending(2, 0).reserve(CALL)).toBeUndefined();
    first?.settle({ tokens: 0, usd: 0, usage: undefined, outcome: 'status 503: busy' });
    expect(budget.spending(2, 0).reserve(CALL)).toBeDefined();
  });

  it('is used up to the last cent', () => {
    const budget = new Budget(openLog(temporaryFolder()), { usd: 0.3 });
    const lent = [1, 2, 3].map((attempt) => budget.spending(attempt, 0).reserve({ tokens: 1, usd: 0.1 }));
    expect(lent.every((reservation) => reservation !== undefined)).toBe(true);
    expect(budget.spending(4, 0).reserve({ tokens: 1, usd: 1e-9 })).toBeUndefined();
  });

  it('in dollars lends nothing at a price that is not known', () => {
    const budget = new Budget(openLog(temporaryFolder()), { usd: 100 });
    expect(budget.spending(1, 0).reserve({ tokens: 1, usd: null })).toBeUndefined();
  });

  it('in dollars is bad usage with a model whose price is not known', () => {
    expect(() => requirePrice({ usd: 1 }, null, 'small-model')).toThrow(
      /^--max-usd: the price of small-model is not known; give it as --price/,
    );
    expect(() => requirePrice({ usd: 1 }, PRICE, 'small-model')).not.toThrow();
    expect(() => requirePrice({ tokens: 1 }, null, 'small-model')).not.toThrow();
  });

  it('counts a call that was under way at a kill, and still has its reply if that was paid', () => {
    const folder = temporaryFolder();
    const before = new Budget(openLog(folder), { tokens: 2500 });
    before
      .spending(1, 0)
      .reserve(CALL)
      ?.settle({
        ...CALL,
        tokens: 400,
        usage: undefined,
        outcome: 'cut',
        reply: 'half a policy',
      });
    before.spending(2, 0).reserve(CALL);
    const after = new Budget(openLog(folder), { tokens: 2500 });
    expect(after.totals).toMatchObject({ calls: 2, unsettled: 1, tokens: 1400 });
    expect(after.paidReply(1, 0)).toEqual({ text: 'half a policy', finish: 'cut' });
    expect(after.paidReply(2, 0)).toBeUndefined();
  });

  it('for one call lets six that are asked at the same time make one', async () => {
    const server = await startFakeProvider([reply('x'.repeat(360), { dripMs: 1 })]);
    const client = clientOf(server.baseUrl, { concurrency: 6 });
    const purse = new Purse();
    await client.ask(question(), purse, FOREVER);
    const costOfOne = purse.reserved[0]?.usd ?? 0;

    const budget = new Budget(openLog(temporaryFolder()), { usd: costOfOne });
    const answers = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((attempt) => client.ask(question(), budget.spending(attempt, 0), FOREVER)),
    );
    expect(answers.filter(({ kind }) => kind === 'reply')).toHaveLength(1);
    expect(answers.filter(({ kind }) => kind === 'out-of-budget')).toHaveLength(5);
    expect(server.calls).toHaveLength(2);
  });
});

const RUNS = 200;

describe(`in ${RUNS} runs with random costs, failures and kills`, () => {
  it('no budget is exceeded, by the books and by the server’s bill', async () => {
    const folder = temporaryFolder();
    const random = createRandom(2026);
    const server = await startFakeProvider((call) => randomBehaviour(random, call));
    let replies = 0;
    let kills = 0;
    for (let run = 1; run <= RUNS; run++) {
      const outcome = await randomRun({ random, folder, server, run });
      replies += outcome.replies;
      kills += outcome.kills;
    }
    expect(replies).toBeGreaterThan(RUNS);
    expect(kills).toBeGreaterThan(RUNS / 4);
  });
});

interface RunToMake {
  readonly random: Random;
  readonly folder: string;
  readonly server: { readonly baseUrl: string; readonly calls: readonly SeenCall[] };
  readonly run: number;
}

/** A run of a few questions, killed and resumed a few times; checks its budget after every stretch. */
async function randomRun({ random, folder, server, run }: RunToMake) {
  const model = `model-${run}`;
  const caps = random.chance(0.5)
    ? { tokens: 200 + random.int(2000) }
    : { usd: (200 + random.int(10_000)) / 1e6 };
  const stretches = 1 + random.int(2);
  let replies = 0;
  for (let stretch = 1; stretch <= stretches; stretch++) {
    const file = `run-${run}-${stretch}.jsonl`;
    const log = openLog(folder, file);
    const budget = new Budget(log, caps);
    const client = clientOf(server.baseUrl, { model, concurrency: 1 + random.int(4), seed: run });
    const kill = new AbortController();
    const asked = Promise.allSettled(
      Array.from({ length: 1 + random.int(5) }, (_, index) =>
        client.ask(question(10 + random.int(200)), budget.spending(index + 1, 0), kill.signal),
      ),
    );
    if (stretch < stretches) {
      await sleep(random.int(8));
      // What is on disk now is all that the next stretch knows.
      copyFileSync(join(folder, file), join(folder, `run-${run}-${stretch + 1}.jsonl`));
      kill.abort();
    }
    for (const { status } of await asked) if (status === 'fulfilled') replies++;
    expectWithin(caps, budget.totals, `the books of run ${run}`);
    const bill = billOf(server.calls.filter((call) => call.body['model'] === model));
    expectWithin(caps, bill, `the bill of run ${run}`);
  }
  return { replies, kills: stretches - 1 };
}

/** Keeps to the reply limit, at four characters a token. */
function randomBehaviour(random: Random, call: SeenCall): Behaviour {
  const limit = Number(call.body['max_completion_tokens']);
  const text = 'a better policy '.repeat(random.int(60)).slice(0, 4 * limit);
  const failures: readonly Behaviour[] = [
    { kind: 'error', status: 429 },
    { kind: 'error', status: 500 },
    { kind: 'error', status: 504 },
    { kind: 'reset' },
    { kind: 'reset', text },
    { kind: 'truncated', text },
    { kind: 'error-in-stream', text, error: { message: 'lost a GPU' } },
    { kind: 'error-in-200', error: { message: 'busy', code: 503 } },
    reply('', { choices: [] }),
    reply(null, { reasoning: text }),
    reply(text, { usage: null }),
    reply(text, { usage: { prompt_tokens: -1 } }),
    reply(text, { dripMs: 1 }),
  ];
  return (random.chance(0.5) ? random.pick(failures) : undefined) ?? reply(text);
}

function billOf(calls: readonly SeenCall[]) {
  let tokens = 0;
  let usd = 0;
  for (const { billed } of calls) {
    tokens += billed.promptTokens + billed.replyTokens;
    usd += costUsd({ ...billed, cachedTokens: 0 }, PRICE) ?? 0;
  }
  return { tokens, usd };
}

function expectWithin(
  caps: CallCaps,
  { tokens, usd }: { readonly tokens: number; readonly usd: number | null },
  what: string,
): void {
  expect(tokens, `tokens in ${what}`).toBeLessThanOrEqual(caps.tokens ?? Number.POSITIVE_INFINITY);
  expect(usd, `dollars in ${what}`).toBeLessThanOrEqual((caps.usd ?? Number.POSITIVE_INFINITY) + 1e-9);
}
