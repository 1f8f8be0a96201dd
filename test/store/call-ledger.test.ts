import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallLedger } from '../../src/store/call-ledger.ts';
import { type JournalEntry, type JournalRecord, journalRecordSchema } from '../../src/store/records.ts';
import { deriveRunState } from '../../src/store/run-state.ts';
import { runEntry } from './sample-records.ts';

const HASH = 'b'.repeat(64);

type Cost = { readonly tokens: number; readonly usd: number | null };

const call = (number: number, cost: Cost, more = {}): JournalEntry => ({
  kind: 'call',
  call: number,
  attempt: number,
  turn: 0,
  ...cost,
  ...more,
});

const settled = (number: number, cost: Cost, more = {}): JournalEntry => ({
  kind: 'settled',
  call: number,
  outcome: 'complete',
  ...cost,
  ...more,
});

function ledgerOf(...entries: JournalEntry[]): CallLedger {
  return deriveRunState([runEntry(), ...entries].map(stamped), 'journal.jsonl').calls;
}

function stamped(entry: JournalEntry): JournalRecord {
  return journalRecordSchema.parse({ v: 1, at: '2026-01-02T03:04:05Z', ...entry });
}

describe('the ledger of calls', () => {
  it('counts a call at the most it can cost until it is settled', () => {
    const open = ledgerOf(call(1, { tokens: 100, usd: 0.02 }));
    expect(open.totals).toEqual({ calls: 1, unsettled: 1, tokens: 100, usd: 0.02 });
    const over = ledgerOf(call(1, { tokens: 100, usd: 0.02 }), settled(1, { tokens: 60, usd: 0.01 }));
    expect(over.totals).toEqual({ calls: 1, unsettled: 0, tokens: 60, usd: 0.01 });
  });

  it('doesn’t know what calls cost in all when one of them has no price', () => {
    const ledger = ledgerOf(
      call(1, { tokens: 100, usd: 0.02 }),
      call(2, { tokens: 100, usd: null }),
      settled(2, { tokens: 80, usd: null }),
    );
    expect(ledger.totals.usd).toBeNull();
  });

  it('adds tenths of a dollar up to whole ones', () => {
    const ledger = ledgerOf(...[1, 2, 3].map((number) => call(number, { tokens: 1, usd: 0.1 })));
    expect(ledger.totals.usd).toBe(0.3);
  });

  it('adds up to the same whatever the order in which calls end', () => {
    const cost = fc.record({ tokens: fc.nat(1e6), usd: fc.double({ min: 0, max: 10, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(fc.tuple(cost, cost), { maxLength: 8 }), (costs) => {
        const calls = costs.map(([worst], index) => call(index + 1, worst));
        const ends = costs.map(([, actual], index) => settled(index + 1, actual));
        const inTurn = calls.flatMap((entry, index) => [entry, ends[index] as JournalEntry]);
        const totals = ledgerOf(...inTurn).totals;
        expect(ledgerOf(...calls, ...ends).totals).toEqual(totals);
        expect(ledgerOf(...calls, ...ends.toReversed()).totals).toEqual(totals);
        expect(totals.tokens).toBe(costs.reduce((sum, [, { tokens }]) => sum + tokens, 0));
      }),
    );
  });

  it('finds the reply that was paid for a turn, whatever failed before it', () => {
    const ledger = ledgerOf(
      call(1, { tokens: 9, usd: null }, { attempt: 4 }),
      settled(1, { tokens: 0, usd: 0 }, { outcome: 'status 503: busy' }),
      call(2, { tokens: 9, usd: null }, { attempt: 4 }),
      settled(2, { tokens: 5, usd: null }, { reply: HASH }),
      call(3, { tokens: 9, usd: null }, { attempt: 4, turn: 1 }),
    );
    expect(ledger.paidReply(4, 0)?.reply).toBe(HASH);
    expect(ledger.paidReply(4, 1)).toBeUndefined();
    expect(ledger.paidReply(5, 0)).toBeUndefined();
  });

  it.each<[string, JournalEntry[], string]>([
    ['a call out of turn', [call(2, { tokens: 1, usd: 0 })], 'call 2 where 1 is next'],
    ['the end of no call', [settled(1, { tokens: 1, usd: 0 })], 'the end of call 1, which was not made'],
    [
      'two ends of a call',
      [call(1, { tokens: 1, usd: 0 }), settled(1, { tokens: 1, usd: 0 }), settled(1, { tokens: 1, usd: 0 })],
      'call 1 ended twice',
    ],
  ])('refuses a journal with %s', (_what, entries, problem) => {
    expect(() => ledgerOf(...entries)).toThrow(`contradicts itself: ${problem}`);
  });
});
