import { beforeAll, describe, expect, it } from 'vitest';
import { limitChanges } from '../../src/research/change-limits.ts';
import { findRun } from '../../src/research/find-run.ts';
import {
  beginSmallRun,
  editReply,
  recordsOf,
  resumeSmallRun,
  type SmallRun,
  scriptedModel,
  smallRepository,
  verdictsOf,
} from './small-run.ts';

const repository = smallRepository();

/** One for each attempt. A call costs 100 tokens and a cent. */
const REPLIES = [
  editReply('worker.activeBlocks', 'worker.queuedTokens / req.blockSize', 'one'),
  editReply('worker.activeBlocks', 'worker.inFlight', 'two'),
  editReply('Math.max(0, prefillBlocks)', 'Math.max(1, prefillBlocks)', 'three'),
  'four is prose',
];
const OPTIONS = { repairs: 0, parallel: 2, price: '1,1,1' };

const answersFrom = (first: number) => scriptedModel(({ index }) => REPLIES[first + index] ?? 'nothing');

/** What was proposed, measured and decided, without what was allowed. */
function decisions({ canonical }: SmallRun): string {
  return canonical
    .split('\n')
    .filter((line) => !/"kind":"(run|limits)"/.test(line))
    .join('\n');
}

describe('a run that is resumed with other limits', () => {
  let whole: SmallRun;
  beforeAll(async () => {
    whole = await beginSmallRun(repository, answersFrom(0), { ...OPTIONS, attempts: 4, name: 'whole' });
    await beginSmallRun(repository, answersFrom(0), { ...OPTIONS, attempts: 3, name: 'short' });
  });

  it('goes on after its last attempt, in the middle of a batch, as one that was allowed more from the start', async () => {
    const model = answersFrom(3);
    const longer = await resumeSmallRun(repository, 'short', model, { attempts: 4 });
    expect(longer.ending).toEqual({ kind: 'finished', reason: 'all 4 attempts were made' });
    expect(model.questions).toHaveLength(1);
    expect(decisions(longer)).toBe(decisions(whole));
    expect(recordsOf(longer, 'limits').map(({ changes }) => changes)).toEqual([{ attempts: 4 }]);
    expect(longer.canonical).toContain('"kind":"limits"');
  });

  it('goes on after its budget, and keeps to the new one', async () => {
    const limits = { ...OPTIONS, attempts: 4, maxTokens: 100, name: 'poor' };
    const poor = await beginSmallRun(repository, answersFrom(0), limits);
    expect(poor.ending.reason).toMatch(/^the budget is used up/);
    const model = answersFrom(1);
    const richer = await resumeSmallRun(repository, 'poor', model, { maxTokens: 300, maxUsd: 1 });
    expect(model.questions).toHaveLength(2);
    expect(richer.ending.reason).toMatch(/^the budget is used up/);
    expect(verdictsOf(richer)).toEqual(verdictsOf(whole).slice(0, 3));
    expect(recordsOf(richer, 'limits').map(({ changes }) => changes)).toEqual([{ usd: 1, tokens: 300 }]);
  });

  it('is asked in vain for no change at all, and writes nothing of it', async () => {
    const again = await resumeSmallRun(repository, 'whole', answersFrom(4), { attempts: 4, maxUsd: 5 });
    expect(recordsOf(again, 'limits')).toEqual([]);
    expect(decisions(again)).toBe(decisions(whole));
  });

  it.each([
    [{ attempts: 3 }, '--attempts is 3, but run whole has used up 4 already; give at least 4'],
    [{ maxUsd: 0.03 }, '--max-usd is 0.03, but run whole has used up 0.04 already; give at least 0.04'],
    [{ maxTokens: 399 }, '--max-tokens is 399, but run whole has used up 400 already; give at least 400'],
    [{ maxEvaluations: 1 }, /^--max-evaluations is 1, but run whole has used up \d+ already; /],
    [{ attempts: 9, maxUsd: 0 }, '--max-usd is 0, but'],
  ])('is refused %j: that much is used up', async (limits, message) => {
    const before = await findRun('whole', repository);
    await expect(resumeSmallRun(repository, 'whole', answersFrom(4), limits)).rejects.toThrow(message);
    expect((await findRun('whole', repository)).records).toEqual(before.records);
  });

  it('may be held to exactly what it has used up, and to any time', async () => {
    const found = await findRun('whole', repository);
    const { evaluations } = found.state;
    const limits = { maxUsd: 0.04, maxTokens: 400, maxEvaluations: evaluations, maxMinutes: 0.1 };
    expect(limitChanges(found, limits)).toEqual({ usd: 0.04, tokens: 400, evaluations, minutes: 0.1 });
  });

  it('whose model has no known price can be limited in tokens only', async () => {
    await beginSmallRun(repository, answersFrom(0), { attempts: 1, repairs: 0, name: 'unpriced' });
    const found = await findRun('unpriced', repository);
    expect(() => limitChanges(found, { maxUsd: 1 })).toThrow(
      /^--max-usd: the price of scripted is not known/,
    );
    expect(limitChanges(found, { maxTokens: 1000 })).toEqual({ tokens: 1000 });
  });

  it('that made a call at an unknown price can be limited in tokens only', async () => {
    const { state, folder } = await findRun('whole', repository);
    const at = '2026-01-02T03:04:05Z';
    const { nextCall: call } = state.calls;
    state.apply({ v: 1, at, kind: 'call', call, attempt: 4, turn: 1, tokens: 100, usd: null });
    expect(() => limitChanges({ state, folder }, { maxUsd: 1 })).toThrow(
      '--max-usd: run whole made calls whose price is not known; limit it with --max-tokens',
    );
    expect(limitChanges({ state, folder }, { maxTokens: 500 })).toEqual({ tokens: 500 });
  });
});
