import { describe, expect, it } from 'vitest';
import { canonicalJournal } from '../../src/store/canonical-journal.ts';
import { type JournalEntry, type JournalRecord, journalRecordSchema } from '../../src/store/records.ts';
import { checkpointEntry, evaluationEntry, proposalEntry, runEntry, verdictEntry } from './sample-records.ts';

const stamped = (entry: JournalEntry, at = '2026-01-02T03:04:05Z'): JournalRecord =>
  journalRecordSchema.parse({ v: 1, at, ...entry });

describe('the canonical journal', () => {
  it('has one object a line with its keys in order', () => {
    const text = canonicalJournal([stamped(proposalEntry(0)), stamped(verdictEntry(0))]);
    expect(text).toMatchInlineSnapshot(`
      "{"attempt":0,"idea":"idea 0","kind":"proposal","operator":"scripted","parent":0,"source":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","v":1}
      {"attempt":0,"cause":"not-better","kind":"verdict","reason":"no gain","v":1,"verdict":"discarded"}
      "
    `);
  });

  it('is the same whenever, wherever and under whatever name a run happened, and however often it was interrupted', () => {
    const straight = [
      stamped(runEntry()),
      stamped(evaluationEntry('kv-default')),
      stamped(proposalEntry(0)),
      stamped(verdictEntry(0)),
      stamped(checkpointEntry('finished')),
    ];
    const later = '2027-01-01T00:00:00Z';
    const interrupted = [
      stamped(runEntry({ id: 'again', host: { pid: 99, base: 'other' } }), later),
      stamped(evaluationEntry('kv-default', 'train', { layers: ['process', 'bwrap'], wallMs: 1e6 }), later),
      stamped(checkpointEntry('resumed'), later),
      stamped(proposalEntry(0), later),
      stamped({ kind: 'note', text: 'slow today' }, later),
      stamped({ kind: 'call', call: 1, attempt: 1, turn: 0, tokens: 9, usd: null }, later),
      stamped({ kind: 'settled', call: 1, tokens: 3, usd: null, outcome: 'status 503: busy' }, later),
      stamped(verdictEntry(0), later),
      stamped(checkpointEntry('stopped'), later),
    ];
    expect(canonicalJournal(interrupted)).toBe(canonicalJournal(straight));
  });

  it.each<[string, JournalEntry]>([
    ['seed', runEntry({ seed: 2 })],
    ['fingerprint', runEntry({ fingerprint: 'beef' })],
    ['a baseline, even one called host', runEntry({ baselines: { host: 'b'.repeat(64) } })],
  ])('tells runs apart by %s', (_what, entry) => {
    expect(canonicalJournal([stamped(entry)])).not.toBe(canonicalJournal([stamped(runEntry())]));
  });

  it('tells runs apart by the limits they were given on the way', () => {
    const raised = stamped({ kind: 'limits', changes: { attempts: 9 } });
    expect(canonicalJournal([stamped(runEntry()), raised])).not.toBe(canonicalJournal([stamped(runEntry())]));
  });

  it('tells attempts apart by what was proposed, measured and decided', () => {
    const texts = [
      proposalEntry(0),
      proposalEntry(0, { idea: 'else' }),
      evaluationEntry(0),
      evaluationEntry(0, 'validation'),
      verdictEntry(0),
      verdictEntry(0, { score: -0.1 }),
    ].map((entry) => canonicalJournal([stamped(entry)]));
    expect(new Set(texts).size).toBe(texts.length);
  });
});
