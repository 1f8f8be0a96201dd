import { describe, expect, it } from 'vitest';
import {
  beginSmallRun,
  editReply,
  fileReply,
  recordsOf,
  SEED_POLICY,
  scriptedModel,
  smallRepository,
  verdictsOf,
} from './small-run.ts';

const BETTER = editReply('worker.activeBlocks', 'worker.queuedTokens / req.blockSize');
const COST = 'return Math.max(0, prefillBlocks) + heldBlocks;';
const withCost = (code: string) => fileReply(SEED_POLICY.replace(COST, code));

const repository = smallRepository();

function turnsOf(run: Awaited<ReturnType<typeof beginSmallRun>>, attempt: number): string[] {
  const proposal = recordsOf(run, 'proposal').find((record) => record.attempt === attempt);
  return (proposal?.turns ?? []).map(({ format, result }) => `${format}: ${result}`);
}

describe('an attempt with a model', () => {
  it('that answers well takes one call, and its reply is journaled before its proposal', async () => {
    const model = scriptedModel(() => BETTER);
    const run = await beginSmallRun(repository, model, { attempts: 1 });
    expect(run.ending.kind).toBe('finished');
    expect(verdictsOf(run)).toEqual(['kept better']);
    expect(turnsOf(run, 1)).toEqual(['edits: usable']);
    expect(model.questions).toHaveLength(1);
    const kinds = run.records.map(({ kind }) => kind);
    expect(kinds.indexOf('reply')).toBeLessThan(kinds.lastIndexOf('proposal'));
    expect(run.canonical).not.toContain('"kind":"reply"');
  });

  it('is sent back what does not apply, does not build or fails at once, with the reason, and never more than twice', async () => {
    const replies = [
      editReply('worker.noSuchField', '0'),
      withCost('return Number.NaN;'),
      BETTER,
      editReply(COST, 'return ('),
      editReply(COST, 'return )'),
      'no idea',
      BETTER,
    ];
    const model = scriptedModel(({ index }) => replies[index] ?? 'nothing');
    const run = await beginSmallRun(repository, model, { attempts: 2, editFormat: 'edits' });
    expect(turnsOf(run, 1)).toEqual(['edits: not-applied', 'edits: policy-error', 'edits: usable']);
    expect(turnsOf(run, 2)).toEqual(['edits: build-failed', 'edits: build-failed', 'edits: malformed']);
    expect(verdictsOf(run)).toEqual(['kept better', 'discarded not-applied']);
    expect(model.questions).toHaveLength(6);
    const [, second, third, fourth] = model.questions;
    expect(second?.lastMessage).toContain('edit 1 of 1 matches nothing in the policy');
    expect(second?.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(third?.lastMessage).toContain('```text\ntrace-x5-train: ');
    expect(third?.messages).toHaveLength(6);
    // The next attempt begins afresh.
    expect(fourth?.messages).toHaveLength(2);
    expect(fourth?.messages[0]).toEqual(second?.messages[0]);
    expect(recordsOf(run, 'reply').map(({ attempt, turn }) => [attempt, turn])).toEqual([
      [1, 0],
      [1, 1],
      [1, 2],
      [2, 0],
      [2, 1],
      [2, 2],
    ]);
  });

  it('is not evaluated unless all of it applies', async () => {
    const half = `${BETTER}${editReply('worker.noSuchField', '0')}`;
    const run = await beginSmallRun(
      repository,
      scriptedModel(() => half),
      { attempts: 1, repairs: 0 },
    );
    expect(verdictsOf(run)).toEqual(['discarded not-applied']);
    expect(recordsOf(run, 'evaluation').filter(({ policy }) => policy === 1)).toEqual([]);
  });

  it('switches to whole files when edits keep missing, and stays with them', async () => {
    const model = scriptedModel(({ lastMessage }) =>
      lastMessage.includes('format, FILE') ? withCost('return worker.inFlight;') : editReply('nowhere', 'x'),
    );
    const run = await beginSmallRun(repository, model, { attempts: 3 });
    expect(turnsOf(run, 1)).toEqual(['edits: not-applied', 'file: usable']);
    expect(turnsOf(run, 2)).toEqual(['edits: not-applied', 'file: usable']);
    expect(turnsOf(run, 3)).toEqual(['file: usable']);
  });

  it('asks afresh where it switches, and from then on with the replies in that format only', async () => {
    const replies = [
      editReply('nowhere', 'x', 'an idea that misses'),
      withCost('return Number.NaN;'),
      withCost('return worker.inFlight;'),
    ];
    const model = scriptedModel(({ index }) => replies[index] ?? 'nothing');
    const run = await beginSmallRun(repository, model, { attempts: 1 });
    expect(turnsOf(run, 1)).toEqual(['edits: not-applied', 'file: policy-error', 'file: usable']);
    const [first, second, third] = model.questions;
    const beforeFormat = (text = '') => text.split('Answer now in exactly this format')[0];
    expect(second?.messages).toHaveLength(2);
    expect(second?.messages[0]).toEqual(first?.messages[0]);
    expect(beforeFormat(second?.lastMessage)).toBe(beforeFormat(first?.lastMessage));
    expect(second?.lastMessage).toContain('format, FILE');
    expect(third?.messages.slice(0, 2)).toEqual(second?.messages);
    expect(third?.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(JSON.stringify(third?.messages)).not.toContain('an idea that misses');
  });

  it('that gets no usable text asks again, and fails without a measurement', async () => {
    const model = scriptedModel(() => ({ kind: 'unusable', problem: 'only thoughts' }));
    const run = await beginSmallRun(repository, model, { attempts: 1, repairs: 1 });
    expect(turnsOf(run, 1)).toEqual(['edits: unusable', 'edits: unusable']);
    expect(verdictsOf(run)).toEqual(['discarded not-applied']);
    expect(recordsOf(run, 'verdict').at(-1)?.reason).toContain('only thoughts');
  });

  it('whose prompt is too long asks with a shorter ledger, and gives up when that is too long as well', async () => {
    const lengths: number[] = [];
    const model = scriptedModel(({ index, lastMessage }) => {
      lengths.push(lastMessage.length);
      if (index < 2) return BETTER;
      return { kind: 'too-long', problem: '9000 tokens, the limit is 8192' };
    });
    const run = await beginSmallRun(repository, model, { attempts: 3, repairs: 0 });
    expect(run.ending).toEqual({
      kind: 'failed',
      reason: 'the prompt does not fit the model: 9000 tokens, the limit is 8192',
    });
    expect(lengths).toHaveLength(5);
    expect(lengths[4]).toBeLessThan(lengths[2] ?? 0);
  });
});

describe('a prompt', () => {
  it('says what was tried and what came of it, and begins like every other', async () => {
    const replies = [BETTER, editReply('nowhere', 'x', '```\n<<<<<<< SEARCH'), BETTER];
    const model = scriptedModel(({ index }) => replies[index] ?? '');
    await beginSmallRun(repository, model, { attempts: 3, repairs: 0 });
    const [first, second, third] = model.questions;
    expect(new Set(model.questions.map(({ messages }) => messages[0]?.content)).size).toBe(1);
    expect(first?.lastMessage).toContain('Nothing has been tried yet.');
    expect(second?.lastMessage).toMatch(/#1 KEPT \([\d.]+ % faster on train and .*\): an idea/);
    expect(second?.lastMessage).toContain('worker.queuedTokens / req.blockSize');
    expect(third?.lastMessage).toMatch(/#2 discarded \(not-applied: .*\): no idea stated/);
    expect(third?.lastMessage).not.toMatch(/validation.*-validation/);
  });
});
