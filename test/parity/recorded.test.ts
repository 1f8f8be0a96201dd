import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { CASES_TO_RECORD } from './cases-to-record.ts';
import { outcomesDifference } from './compare-outcomes.ts';
import { type RecordedCase, recordedOutcome, replayCaseOf, withRecordedFields } from './recorded-case.ts';
import { caseTraceText, commandArguments } from './replay-case.ts';
import { type ReplayHere, replayHere } from './replay-here.ts';

const FOLDER = fileURLToPath(new URL('recorded', import.meta.url));

function readRecorded(name: string): RecordedCase {
  return JSON.parse(readFileSync(path.join(FOLDER, `${name}.json`), 'utf8'));
}

function replayRecorded(recorded: RecordedCase): ReplayHere {
  const replayCase = replayCaseOf(recorded);
  const trace = path.join(temporaryFolder(), 'trace.jsonl');
  if (replayCase.rows !== null) writeFileSync(trace, caseTraceText(replayCase.rows));
  return replayHere(commandArguments(replayCase, trace));
}

describe('autoresearch replay prints what DynoSim 1.4.2 printed on traces of our own', () => {
  it.each(Object.entries(CASES_TO_RECORD).map(([name, { about }]) => [name, about]))('%s: %s', (name) => {
    const recorded = readRecorded(name);
    const { outcome, ties } = replayRecorded(recorded);
    const workerLabels = recorded.flags['router-mode'] === 'kv_router' ? 'arbitrary' : 'exact';
    expect(ties).toBe(0);
    expect(
      outcomesDifference(recordedOutcome(recorded), withRecordedFields(outcome), { workerLabels }),
    ).toBeNull();
  });

  it.each(['preemption-lifo', 'preemption-fifo'])('%s preempts often', (name) => {
    expect(replayRecorded(readRecorded(name)).preemptions).toBeGreaterThan(20);
  });

  it('on exactly the cases that the parity script records', () => {
    const files = readdirSync(FOLDER).map((file) => path.basename(file, '.json'));
    expect(files.sort()).toEqual(Object.keys(CASES_TO_RECORD).sort());
    for (const name of files) {
      const { expected: _expected, ...kept } = readRecorded(name);
      expect(kept).toEqual(CASES_TO_RECORD[name]);
    }
  });
});
