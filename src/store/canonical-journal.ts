import type { JournalRecord } from './records.ts';

/** What a run was told to do and decided, as opposed to how it was interrupted or talked about. */
const CANONICAL_KINDS: ReadonlySet<string> = new Set([
  'run',
  'limits',
  'proposal',
  'build',
  'evaluation',
  'verdict',
]);

/** Fields that say when, where and how fast: they differ between equal runs. */
const ACCIDENTAL_FIELDS: ReadonlySet<string> = new Set([
  'at',
  'wallMs',
  'decisionNs',
  'host',
  'pid',
  'layers',
]);

/**
 * The journal without accidents: equal seeds give equal text, whatever the run is called, wherever and however often
 * it was interrupted. One JSON object a line, keys in alphabetical order.
 */
export function canonicalJournal(records: Iterable<JournalRecord>): string {
  let text = '';
  for (const record of records) if (CANONICAL_KINDS.has(record.kind)) text += `${canonicalLine(record)}\n`;
  return text;
}

function canonicalLine(record: JournalRecord): string {
  const kept = Object.entries(record).filter(
    ([field]) => !ACCIDENTAL_FIELDS.has(field) && !(record.kind === 'run' && field === 'id'),
  );
  return JSON.stringify(withSortedKeys(Object.fromEntries(kept)));
}

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, withSortedKeys(inner)]));
}
