import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchOf } from '../../src/research/batch.ts';
import {
  type Asked,
  beginSmallRun,
  editReply,
  fileReply,
  recordsOf,
  resumeSmallRun,
  SEED_POLICY,
  type SmallRun,
  scriptedModel,
  smallRepository,
  verdictsOf,
} from './small-run.ts';

const repository = smallRepository();
const PREFILL = '(worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks';

/** By attempt: kept; an edit of another place, which still fits; one of the same place; a whole file; rubbish. */
const REPLIES: readonly string[] = [
  editReply('worker.activeBlocks', 'worker.queuedTokens / req.blockSize', 'one'),
  editReply(PREFILL, `3 * (${PREFILL.replace('prefillTokens', 'queuedTokens')})`, 'two'),
  editReply('worker.activeBlocks', 'worker.inFlight', 'three'),
  fileReply(SEED_POLICY.replace('+ heldBlocks;', '+ 2 * heldBlocks;'), 'four'),
  'five is prose',
  editReply('Math.max(0, prefillBlocks)', 'Math.max(1, prefillBlocks)', 'six'),
];

/** All questions of a batch are equal: the model tells them apart by the order in which they come. */
function answersIn(order: readonly number[]) {
  return scriptedModel(async ({ index, signal }: Asked) => {
    await sleep(order.indexOf(index % order.length) * 40, undefined, { signal });
    return REPLIES[index] ?? 'nothing';
  });
}

describe('batches', () => {
  it('have fixed places, whatever attempt one asks about', () => {
    const settings = fc.record({
      parallel: fc.integer({ min: 1, max: 9 }),
      attempts: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(settings, (setting) => {
        const seen: number[] = [];
        for (let attempt = 1; attempt <= setting.attempts; attempt = (seen.at(-1) ?? 0) + 1) {
          const { first, left } = batchOf(attempt, setting);
          expect(first).toBe(attempt);
          expect(left.length).toBeLessThanOrEqual(setting.parallel);
          for (const one of left) {
            expect(batchOf(one, setting)).toEqual({ first, left: left.filter((other) => other >= one) });
          }
          seen.push(...left);
        }
        expect(seen).toEqual(Array.from({ length: setting.attempts }, (_, index) => index + 1));
      }),
    );
  });
});

describe('a run with four proposals at once', () => {
  const options = { attempts: 6, parallel: 4, repairs: 0 };
  const model = answersIn([0, 1, 2, 3]);
  let inOrder: SmallRun;
  beforeAll(async () => {
    inOrder = await beginSmallRun(repository, model, options);
  });

  it('asks about one incumbent, judges in order, rebases edits after a keep and sets the rest aside', () => {
    expect(verdictsOf(inOrder)).toEqual([
      'kept better',
      'kept better',
      'discarded superseded',
      'discarded superseded',
      'discarded not-applied',
      expect.stringMatching(/^(kept|discarded) /),
    ]);
    const parents = recordsOf(inOrder, 'proposal').map(({ attempt, parent }) => [attempt, parent]);
    expect(parents.slice(0, 5)).toEqual([
      [0, 0],
      [1, 0],
      [2, 1],
      [3, 0],
      [4, 0],
    ]);
    const prompts = model.questions.map(({ lastMessage }) => lastMessage);
    expect(new Set(prompts.slice(0, 4)).size).toBe(1);
    expect(prompts[4]).toContain('#4 discarded (superseded: attempt 2 was kept since it was asked for');
  });

  it('comes to the same whoever answers first', async () => {
    const backwards = await beginSmallRun(repository, answersIn([3, 2, 1, 0]), options);
    expect(backwards.canonical).toBe(inOrder.canonical);
    expect(recordsOf(backwards, 'reply').map(({ attempt }) => attempt)[0]).toBe(4);
  });

  it('stopped with replies in the journal, it pays for none of them again', async () => {
    const interrupt = new AbortController();
    const first = scriptedModel(async ({ index, signal }: Asked) => {
      // The second and the fourth answer; the others never do.
      if (index === 1) return REPLIES[1] ?? '';
      if (index === 3) {
        setTimeout(() => interrupt.abort(), 50);
        return REPLIES[3] ?? '';
      }
      await sleep(60_000, undefined, { signal });
      return '';
    });
    const stopped = await beginSmallRun(repository, first, {
      ...options,
      name: 'half',
      signal: interrupt.signal,
    });
    expect(stopped.ending.kind).toBe('stopped');
    expect(
      recordsOf(stopped, 'reply')
        .map(({ attempt }) => attempt)
        .sort(),
    ).toEqual([2, 4]);
    const left = [REPLIES[0], REPLIES[2], REPLIES[4], REPLIES[5]];
    const second = scriptedModel(({ index }) => left[index] ?? 'nothing');
    const resumed = await resumeSmallRun(repository, 'half', second);
    expect(second.questions).toHaveLength(4);
    expect(resumed.canonical).toBe(inOrder.canonical);
  });
});

describe('a run that can not go on asking', () => {
  it('judges what was paid for when the budget is used up, and finishes', async () => {
    const model = answersIn([0, 1, 2, 3]);
    const run = await beginSmallRun(repository, model, {
      attempts: 6,
      parallel: 4,
      repairs: 2,
      maxTokens: 250,
    });
    expect(run.ending).toEqual({
      kind: 'finished',
      reason: 'the budget is used up: the next call might cost $0.01',
    });
    expect(model.questions).toHaveLength(2);
    expect(verdictsOf(run)).toEqual(['kept better', 'kept better']);
  });

  it('fails with the words of the provider when that refuses, and can be resumed', async () => {
    const refusing = scriptedModel(({ index }) =>
      index === 0 ? (REPLIES[0] ?? '') : { kind: 'refused', problem: 'status 401: the key is not valid' },
    );
    const run = await beginSmallRun(repository, refusing, { attempts: 2, name: 'refused' });
    expect(run.ending).toEqual({ kind: 'failed', reason: 'status 401: the key is not valid' });
    expect(verdictsOf(run)).toEqual(['kept better']);
    const resumed = await resumeSmallRun(
      repository,
      'refused',
      scriptedModel(() => REPLIES[2] ?? ''),
    );
    expect(resumed.ending.kind).toBe('finished');
    expect(verdictsOf(resumed)).toHaveLength(2);
  });

  it('numbers an attempt that got no reply only if a later one of its batch got one', async () => {
    const model = scriptedModel(({ index }) =>
      index === 1 ? (REPLIES[0] ?? '') : { kind: 'refused', problem: 'no more' },
    );
    const run = await beginSmallRun(repository, model, { attempts: 4, parallel: 2 });
    expect(verdictsOf(run)).toEqual(['discarded not-applied', 'kept better']);
    expect(run.ending).toMatchObject({ kind: 'failed', reason: 'no more' });
  });

  it('pauses while the server is out of reach, uses no attempt up, and then fails with a way on', async () => {
    const away = { kind: 'unavailable' as const, problem: 'connection refused', retryInMs: 10 };
    const model = scriptedModel(({ index }) =>
      index === 0 ? away : index === 1 ? (REPLIES[0] ?? '') : away,
    );
    const run = await beginSmallRun(repository, model, { attempts: 2, maxPauseMinutes: 0.001 });
    expect(verdictsOf(run)).toEqual(['kept better']);
    expect(run.ending.kind).toBe('failed');
    expect(run.ending.reason).toMatch(/^connection refused; .*autoresearch resume/);
    expect(run.events.filter(({ kind }) => kind === 'paused')).toHaveLength(2);
  });

  it('asks for no more after its evaluations', async () => {
    const model = scriptedModel(({ index }) => REPLIES[index] ?? '');
    const run = await beginSmallRun(repository, model, { attempts: 6, maxEvaluations: 5 });
    expect(run.ending).toMatchObject({ kind: 'finished', reason: expect.stringContaining('the limit is 5') });
    expect(verdictsOf(run)).toEqual(['kept better']);
  });
});
