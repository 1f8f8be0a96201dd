import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../harness/index.ts';
import { Journal, readJournal } from '../../src/store/journal.ts';
import type { JournalEntry } from '../../src/store/records.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import {
  buildEntry,
  checkpointEntry,
  evaluationEntry,
  proposalEntry,
  runEntry,
  verdictEntry,
} from './sample-records.ts';

const clock = () => new Date('2026-01-02T03:04:05.678Z');

const anyEntry: fc.Arbitrary<JournalEntry> = fc.oneof(
  fc.nat(9).map((seed) => runEntry({ seed })),
  fc
    .record({ attempt: fc.nat(99), idea: fc.string({ unit: 'binary' }) })
    .map(({ attempt, idea }) => proposalEntry(attempt, { idea })),
  fc.nat(99).map(buildEntry),
  fc
    .double({ noNaN: true, noDefaultInfinity: true, min: 0 })
    .map((wallMs) => evaluationEntry(1, 'train', { wallMs })),
  fc.string({ unit: 'grapheme' }).map((reason) => verdictEntry(1, { reason })),
  fc.string().map((text): JournalEntry => ({ kind: 'note', text })),
);

describe('a journal', () => {
  it('gives back what was appended, stamped with version and time', () => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    const journal = Journal.open(path, clock);
    journal.append(runEntry());
    journal.append(checkpointEntry('stopped'));
    journal.close();

    const reopened = Journal.open(path);
    expect(reopened.records()).toEqual([
      { v: 1, at: '2026-01-02T03:04:05.678Z', ...runEntry() },
      { v: 1, at: '2026-01-02T03:04:05.678Z', ...checkpointEntry('stopped') },
    ]);
    reopened.close();
  });

  it('is on disk, a line a record, before append returns', () => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    const journal = Journal.open(path, clock);
    journal.append(runEntry());
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(2);
    journal.append(proposalEntry(0));
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3);
    journal.close();
  });

  it('refuses to write what it could not read back, and stays as it was', () => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    const journal = Journal.open(path, clock);
    journal.append(runEntry());
    expect(() => journal.append(verdictEntry(1, { score: Number.NaN }))).toThrow();
    expect(() => journal.append({ ...proposalEntry(1), extra: 1 } as JournalEntry)).toThrow();
    expect(journal.records()).toHaveLength(1);
    journal.close();
    expect(readJournal(path)).toHaveLength(1);
  });

  it('has the records before the last one, whatever byte of the last line its writer was killed at', () => {
    const folder = mkdtempSync(join(tmpdir(), 'autoresearch-journal-law-'));
    const path = join(folder, 'journal.jsonl');
    try {
      fc.assert(
        fc.property(
          fc.array(anyEntry, { minLength: 1, maxLength: 6 }),
          fc.double({ min: 0, max: 1, noNaN: true }),
          (entries, cutAt) => {
            rmSync(path, { force: true });
            const written = writeAll(path, entries);
            const whole = readFileSync(path);
            const lastLine = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
            const cut = lastLine + Math.floor(cutAt * (whole.length - 1 - lastLine));
            writeFileSync(path, whole.subarray(0, cut));

            expect(readJournal(path)).toEqual(written.slice(0, -1));
            expect(readFileSync(path)).toHaveLength(cut);

            const journal = Journal.open(path, clock);
            expect(journal.records()).toEqual(written.slice(0, -1));
            journal.append(entries[entries.length - 1] ?? runEntry());
            journal.close();
            expect(readFileSync(path)).toEqual(whole);
          },
        ),
        { numRuns: 60 },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('names file, line and remedy for a damaged line that is not the last', () => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    writeAll(path, [runEntry(), proposalEntry(0), proposalEntry(1)]);
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, [lines[0], lines[1]?.slice(0, 20), lines[2], ''].join('\n'));
    expect(() => Journal.open(path)).toThrow(UserError);
    expect(() => Journal.open(path)).toThrow(`${path}:2: damaged journal line (not JSON); restore`);
    expect(() => readJournal(path)).toThrow(`${path}:2: damaged journal line`);
  });

  it('names the field of a record that is not as it should be', () => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    writeAll(path, [runEntry()]);
    appendFileSync(
      path,
      `${JSON.stringify({ v: 1, at: clock().toISOString(), ...verdictEntry(1), score: 'high' })}\n`,
    );
    expect(() => readJournal(path)).toThrow(/:2: damaged journal line \(field "score": .*number/);
  });

  it('says that a record of a later version needs a newer program', () => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    writeFileSync(path, `${JSON.stringify({ v: 2, at: clock().toISOString(), kind: 'omen' })}\n`);
    expect(() => readJournal(path)).toThrow(/:1: journal version 2, .*update it/);
  });

  it('reports a missing journal and a folder that cannot hold one in one line', () => {
    const folder = temporaryFolder();
    expect(() => readJournal(join(folder, 'none.jsonl'))).toThrow(UserError);
    expect(() => Journal.open(join(folder, 'absent', 'journal.jsonl'))).toThrow(
      /cannot open .*it does not exist/,
    );
    expect(existsSync(join(folder, 'absent'))).toBe(false);
  });
});

function writeAll(path: string, entries: readonly JournalEntry[]) {
  const journal = Journal.open(path, clock);
  for (const entry of entries) journal.append(entry);
  journal.close();
  return [...journal.records()];
}
