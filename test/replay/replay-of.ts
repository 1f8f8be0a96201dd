import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReplayRecord } from '../../harness/replay/replay-records.ts';
import { type ReplayRun, runReplay } from '../../harness/replay/run-replay.ts';
import { parseReplayArguments } from '../../src/commands/replay-arguments.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A row of a trace; 600 prompt tokens (10 blocks), 3 output tokens and a content of its own unless given. */
export type Row = Readonly<Record<string, unknown>>;

let contents = 0;

export function row(fields: Row = {}): Row {
  contents += 2;
  return { timestamp: 0, input_length: 600, output_length: 3, hash_ids: [contents, contents + 1], ...fields };
}

export function traceFile(rows: readonly (Row | string)[]): string {
  const path = join(temporaryFolder(), 'trace.jsonl');
  writeFileSync(
    path,
    rows.map((each) => `${typeof each === 'string' ? each : JSON.stringify(each)}\n`).join(''),
  );
  return path;
}

/** Replays rows with the flags of the command line. */
export function replayOf(rows: readonly (Row | string)[], ...flags: string[]): ReplayRun {
  return runReplay(parseReplayArguments([traceFile(rows), ...flags]).request);
}

/** One column of the records, times to the nanosecond. */
export function column(run: ReplayRun, name: keyof ReplayRecord): unknown[] {
  return [...run.records()].map((record) => {
    const value = record[name];
    return typeof value === 'number' ? Math.round(value * 1e6) / 1e6 : value;
  });
}
