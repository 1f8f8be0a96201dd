import type { BlobStore } from '../store/blob-store.ts';
import type { Journal } from '../store/journal.ts';
import type { JournalEntry, JournalRecord } from '../store/records.ts';
import type { RunState } from '../store/run-state.ts';

/** A run's journal, what it adds up to, and its texts: written together, so that they never disagree. */
export class RunLog {
  readonly state: RunState;
  readonly blobs: BlobStore;
  readonly #journal: Journal;

  constructor(journal: Journal, state: RunState, blobs: BlobStore) {
    this.#journal = journal;
    this.state = state;
    this.blobs = blobs;
  }

  append<Entry extends JournalEntry>(entry: Entry): Extract<JournalRecord, { kind: Entry['kind'] }> {
    const record = this.#journal.append(entry);
    this.state.apply(record);
    return record as Extract<JournalRecord, { kind: Entry['kind'] }>;
  }
}
