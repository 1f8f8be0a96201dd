import { type RecordComparison, recordsDifference } from './compare-records.ts';
import { reportDifference } from './compare-reports.ts';
import type { ReplayOutcome } from './replay-outcome.ts';

/** How two replays of one case differ, in words, or null. Messages of errors are each program's own. */
export function outcomesDifference(
  expected: ReplayOutcome,
  actual: ReplayOutcome,
  comparison: RecordComparison,
): string | null {
  if (expected.kind !== 'ran' || actual.kind !== 'ran') {
    const isSameError = expected.kind === actual.kind && expected.kind !== 'crashed';
    return isSameError ? null : `expected ${inWords(expected)}, got ${inWords(actual)}`;
  }
  const records =
    expected.records === null || actual.records === null
      ? null
      : recordsDifference(expected.records, actual.records, comparison);
  return records ?? reportDifference(expected.report, actual.report);
}

function inWords(outcome: ReplayOutcome): string {
  if (outcome.kind === 'ran') return 'a report';
  const names = { 'dead-end': 'a dead end', refused: 'an error', crashed: 'a crash' };
  return `${names[outcome.kind]} (${outcome.message})`;
}
