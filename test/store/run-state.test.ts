import { describe, expect, it } from 'vitest';
import { type JournalEntry, type JournalRecord, journalRecordSchema } from '../../src/store/records.ts';
import { deriveRunState } from '../../src/store/run-state.ts';
import {
  buildEntry,
  checkpointEntry,
  evaluationEntry,
  proposalEntry,
  runEntry,
  verdictEntry,
} from './sample-records.ts';

const stateOf = (...entries: JournalEntry[]) => deriveRunState(entries.map(stamped), 'journal.jsonl');

function stamped(entry: JournalEntry): JournalRecord {
  return journalRecordSchema.parse({ v: 1, at: '2026-01-02T03:04:05Z', ...entry });
}

function attempt(number: number, verdict: Parameters<typeof verdictEntry>[1]): JournalEntry[] {
  return [proposalEntry(number), buildEntry(number), evaluationEntry(number), verdictEntry(number, verdict)];
}

function replyTo(number: number, turn: number): JournalEntry {
  const prompt = 'ab'.repeat(32);
  return { kind: 'reply', attempt: number, turn, prompt, format: 'edits', reply: prompt, end: 'complete' };
}

const seed = attempt(0, { verdict: 'kept', cause: 'seed', score: 0, validationScore: 0 });

describe('the state of a run', () => {
  it('holds for each attempt what has been recorded so far', () => {
    const state = stateOf(
      runEntry(),
      ...seed,
      proposalEntry(1),
      buildEntry(1),
      evaluationEntry(1),
      evaluationEntry(1, 'validation'),
    );
    expect(state.attempts).toHaveLength(2);
    expect(state.attempt(1)?.proposal.idea).toBe('idea 1');
    expect(state.attempt(1)?.evaluations).toHaveLength(2);
    expect(state.attempt(1)?.verdict).toBeUndefined();
    expect(state.attempt(2)).toBeUndefined();
    expect(state.decidedAttempts).toBe(0);
  });

  it('tells evaluations of attempts and baselines apart by split and round', () => {
    const state = stateOf(
      runEntry(),
      evaluationEntry('kv-default', 'train', { outcome: 'timed-out' }),
      proposalEntry(0),
      evaluationEntry(0, 'train'),
      evaluationEntry(0, 'train', { round: 2, outcome: 'nondeterministic' }),
    );
    expect(state.evaluation('kv-default', 'train')?.outcome).toBe('timed-out');
    expect(state.evaluation('kv-default', 'validation')).toBeUndefined();
    expect(state.evaluation(0, 'train')?.outcome).toBe('scored');
    expect(state.evaluation(0, 'train', 2)?.outcome).toBe('nondeterministic');
    expect([...state.baselines.keys()]).toEqual(['kv-default']);
  });

  it('holds replies by attempt and turn, before there is a proposal, and counts evaluations', () => {
    const state = stateOf(runEntry(), replyTo(1, 0), replyTo(2, 0), replyTo(1, 1), ...seed);
    expect(state.replies(1).map(({ turn }) => turn)).toEqual([0, 1]);
    expect(state.replies(2)).toHaveLength(1);
    expect(state.replies(3)).toEqual([]);
    expect(state.evaluations).toBe(1);
  });

  it('has the last kept attempt as incumbent and the lowest score as best', () => {
    const state = stateOf(
      runEntry(),
      ...seed,
      ...attempt(1, { verdict: 'kept', cause: 'better', score: -0.2, validationScore: -0.1 }),
      ...attempt(2, { score: -0.3 }),
      ...attempt(3, { verdict: 'kept', cause: 'simpler', score: -0.19 }),
    );
    expect(state.incumbent).toEqual({ attempt: 3, score: -0.19, validationScore: undefined });
    expect(state.best).toEqual({ attempt: 1, score: -0.2, validationScore: -0.1 });
    expect(state.kept.map((kept) => kept.attempt)).toEqual([0, 1, 3]);
  });

  it('counts verdicts by cause without the seed policy', () => {
    const state = stateOf(
      runEntry(),
      ...seed,
      ...attempt(1, {}),
      ...attempt(2, { cause: 'crashed' }),
      ...attempt(3, {}),
    );
    expect([...state.verdictsByCause]).toEqual([
      ['not-better', 2],
      ['crashed', 1],
    ]);
    expect(state.decidedAttempts).toBe(3);
  });

  it('has ended when its last checkpoint says so and nobody resumed it since', () => {
    expect(stateOf(runEntry()).ending).toBeUndefined();
    expect(stateOf(runEntry(), checkpointEntry('stopped')).ending?.event).toBe('stopped');
    expect(
      stateOf(runEntry(), checkpointEntry('stopped'), checkpointEntry('resumed')).ending,
    ).toBeUndefined();
    expect(stateOf(runEntry(), checkpointEntry('stopped')).isFinished).toBe(false);
    expect(stateOf(runEntry(), checkpointEntry('finished')).isFinished).toBe(true);
  });

  it('has the limits it began with until others take their place', () => {
    const begun = runEntry({ attempts: 3, limits: { usd: 2, minutes: 10 } });
    expect(stateOf(begun).limits).toEqual({ attempts: 3, usd: 2, minutes: 10 });
    const changed = stateOf(
      begun,
      { kind: 'limits', changes: { usd: 5, tokens: 900 } },
      { kind: 'limits', changes: { attempts: 8, tokens: 800 } },
    );
    expect(changed.limits).toEqual({ attempts: 8, usd: 5, tokens: 800, minutes: 10 });
  });

  it('has not ended any more once it was given other limits', () => {
    const raised: JournalEntry = { kind: 'limits', changes: { attempts: 4 } };
    expect(stateOf(runEntry(), checkpointEntry('finished'), raised).ending).toBeUndefined();
    expect(
      stateOf(runEntry(), checkpointEntry('finished'), raised, checkpointEntry('finished')).isFinished,
    ).toBe(true);
  });

  it('has begun an attempt as soon as somebody was asked for it', () => {
    const call: JournalEntry = { kind: 'call', call: 1, attempt: 4, turn: 0, tokens: 9, usd: null };
    expect(stateOf(runEntry()).begunAttempts).toBe(0);
    expect(stateOf(runEntry(), ...seed, ...attempt(1, {})).begunAttempts).toBe(1);
    expect(stateOf(runEntry(), ...seed, replyTo(2, 0), replyTo(1, 0)).begunAttempts).toBe(2);
    expect(stateOf(runEntry(), ...seed, call).begunAttempts).toBe(4);
  });

  it.each<[string, JournalEntry[]]>([
    ['two run records', [runEntry()]],
    ['a proposal for attempt 1 where 0 is next', [proposalEntry(1)]],
    ['a build of attempt 0, which was not proposed', [buildEntry(0)]],
    ['attempt 0 was built twice', [proposalEntry(0), buildEntry(0), buildEntry(0)]],
    ['0 was evaluated twice on train, round 1', [proposalEntry(0), evaluationEntry(0), evaluationEntry(0)]],
    ['a verdict of attempt 0 after its verdict', [proposalEntry(0), verdictEntry(0), verdictEntry(0)]],
    ['attempt 0 was kept without a score', [proposalEntry(0), verdictEntry(0, { verdict: 'kept' })]],
    ['reply 1 to attempt 1 where 0 is next', [replyTo(1, 1)]],
  ])('refuses a journal with %s', (problem, entries) => {
    expect(() => stateOf(runEntry(), ...entries)).toThrow(`contradicts itself: ${problem}; restore`);
  });

  it('refuses a journal that does not begin with its run', () => {
    expect(() => stateOf(proposalEntry(0))).toThrow('journal.jsonl:1: a journal begins with its run record');
    expect(() => stateOf()).toThrow('journal.jsonl:1');
  });
});
