import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder, writeFully } from './durable-file.ts';
import { parseJournalLines } from './journal-lines.ts';
import { type JournalEntry, type JournalRecord, journalRecordSchema, SCHEMA_VERSION } from './records.ts';
import { withStorage } from './storage-problem.ts';

/** The records of a journal that another process may be writing. Changes nothing. */
export function readJournal(path: string): readonly JournalRecord[] {
  return withStorage('read', path, () => parseJournalLines(path, readFileSync(path)).records);
}

/**
 * The writer's end of a run's journal: one line per record, on disk before `append` returns. The caller holds the
 * run's lock, so there is one writer.
 */
export class Journal {
  readonly path: string;
  readonly #clock: () => Date;
  readonly #records: JournalRecord[];
  readonly #descriptor: number;
  #length: number;

  private constructor(path: string, clock: () => Date) {
    this.path = path;
    this.#clock = clock;
    this.#descriptor = openSync(path, 'a+');
    try {
      const lines = parseJournalLines(path, readFileSync(this.#descriptor));
      this.#records = [...lines.records];
      this.#length = lines.wholeBytes;
      if (fstatSync(this.#descriptor).size > this.#length) this.#cutBack();
      syncFolder(dirname(path));
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  /** Opens or creates a journal, and cuts off a last line whose writer was killed. `clock` stamps the records. */
  static open(path: string, clock: () => Date = () => new Date()): Journal {
    return withStorage('open', path, () => new Journal(path, clock));
  }

  /** All records, oldest first. The array grows as records are appended. */
  records(): readonly JournalRecord[] {
    return this.#records;
  }

  /** Stamps a record and writes it. When the disk refuses, the journal stays as it was. */
  append(entry: JournalEntry): JournalRecord {
    const record = journalRecordSchema.parse({
      v: SCHEMA_VERSION,
      at: this.#clock().toISOString(),
      ...entry,
    });
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    withStorage('write', this.path, () => this.#write(line));
    this.#length += line.length;
    this.#records.push(record);
    return record;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #write(line: Buffer): void {
    try {
      writeFully(this.#descriptor, line);
      fsyncSync(this.#descriptor);
    } catch (error) {
      this.#cutBack();
      throw error;
    }
  }

  #cutBack(): void {
    ftruncateSync(this.#descriptor, this.#length);
    fsyncSync(this.#descriptor);
  }
}
