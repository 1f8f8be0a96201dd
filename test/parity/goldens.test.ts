import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { recordsDifference } from './compare-records.ts';
import { partialReportDifference, reportDifference } from './compare-reports.ts';
import {
  type FuzzCase,
  fuzzArguments,
  fuzzCorpusNames,
  goldenNames,
  hasGoldens,
  readFuzzCorpus,
  readGolden,
} from './golden-folder.ts';
import { replayHere } from './replay-here.ts';
import type { ReplayOutcome, ReplayRecord } from './replay-outcome.ts';

/** Differences of other recorded times; goldens leave them out. */
const DERIVED = ['ttft_ms', 'e2e_latency_ms'];

describe.runIf(hasGoldens)('autoresearch replay prints what the real DynoSim printed', () => {
  it.each(goldenNames())('%s', (name) => {
    const golden = readGolden(name);
    const { outcome } = replayHere(golden.argumentsIn(temporaryFolder()));
    const { report, records } = ran(outcome);
    const difference =
      (golden.records === null ? null : recordsDifference(golden.records, records, labels(golden.isKv))) ??
      reportDifference(golden.report, report);
    expect(difference).toBeNull();
  });

  it.each(fuzzCorpusNames())('%s', (name) => {
    const folder = temporaryFolder();
    const differences = readFuzzCorpus(name).map((fuzzCase) => fuzzDifference(fuzzCase, folder));
    expect(differences.length).toBeGreaterThan(100);
    const failing = differences.findIndex((difference) => difference !== null);
    expect(failing < 0 ? null : `case on line ${failing + 1}: ${differences[failing]}`).toBeNull();
  });
});

function fuzzDifference({ replayCase, isKv, expected }: FuzzCase, folder: string): string | null {
  const { outcome } = replayHere(fuzzArguments(replayCase, folder));
  if (expected.kind === 'dead-end') {
    const namesRequest = outcome.kind === 'dead-end' && /request \d+/.test(outcome.message);
    return namesRequest ? null : `expected a dead end that names a request, got ${JSON.stringify(outcome)}`;
  }
  const { report, records } = ran(outcome);
  return (
    recordsDifference(expected.records, records, labels(isKv)) ??
    partialReportDifference(expected.report, report)
  );
}

function labels(isKv: boolean) {
  return { workerLabels: isKv ? 'arbitrary' : 'exact' } as const;
}

function ran(outcome: ReplayOutcome) {
  if (outcome.kind !== 'ran') throw new Error(outcome.message);
  return { report: outcome.report, records: (outcome.records ?? []).map(withoutDerived) };
}

function withoutDerived(record: ReplayRecord): ReplayRecord {
  return Object.fromEntries(Object.entries(record).filter(([field]) => !DERIVED.includes(field)));
}
