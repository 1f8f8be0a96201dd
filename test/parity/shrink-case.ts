import { shrink, withoutStretches } from '../shrink.ts';
import type { CaseRow, ReplayCase } from './replay-case.ts';

const MAX_ATTEMPTS = 400;

/** Drops rows, shortens requests and drops settings of a failing case as long as it still fails. */
export function shrinkCase(
  failing: ReplayCase,
  stillFails: (candidate: ReplayCase) => Promise<boolean>,
): Promise<ReplayCase> {
  return shrink(failing, smallerCases, stillFails, MAX_ATTEMPTS);
}

function* smallerCases(replayCase: ReplayCase): Generator<ReplayCase> {
  const { rows } = replayCase;
  if (rows !== null) {
    for (const fewer of withoutStretches(rows)) if (fewer.length > 0) yield { ...replayCase, rows: fewer };
  }
  for (const name of ['flags', 'router', 'engine'] as const) {
    for (const key of Object.keys(replayCase[name])) {
      const { [key]: _dropped, ...rest } = replayCase[name];
      yield { ...replayCase, [name]: rest };
    }
  }
  if (rows !== null) {
    for (const [index, row] of rows.entries()) {
      for (const shorter of shorterRows(row)) yield { ...replayCase, rows: rows.with(index, shorter) };
    }
  }
}

function* shorterRows(row: CaseRow): Generator<CaseRow> {
  if (row.output_length > 1) yield { ...row, output_length: Math.floor(row.output_length / 2) };
  const { timestamp } = row;
  if (timestamp !== undefined && !Number.isInteger(timestamp))
    yield { ...row, timestamp: Math.floor(timestamp) };
  const { input_length: inputLength } = row;
  if (row.hash_ids.length > 1 && inputLength !== undefined) {
    const hashIds = row.hash_ids.slice(0, -1);
    yield {
      ...row,
      hash_ids: hashIds,
      input_length: Math.ceil((inputLength * hashIds.length) / row.hash_ids.length),
    };
  }
}
