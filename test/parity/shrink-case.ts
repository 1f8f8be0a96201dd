import type { CaseRow, ReplayCase } from './replay-case.ts';

const MAX_ATTEMPTS = 400;

/** Drops rows, shortens requests and drops settings of a failing case as long as it still fails. */
export async function shrinkCase(
  failing: ReplayCase,
  stillFails: (candidate: ReplayCase) => Promise<boolean>,
): Promise<ReplayCase> {
  let smallest = failing;
  let attempts = 0;
  let progress = true;
  while (progress && attempts < MAX_ATTEMPTS) {
    progress = false;
    for (const candidate of smallerCases(smallest)) {
      attempts += 1;
      if (attempts > MAX_ATTEMPTS) break;
      if (!(await stillFails(candidate))) continue;
      smallest = candidate;
      progress = true;
      break;
    }
  }
  return smallest;
}

function* smallerCases(replayCase: ReplayCase): Generator<ReplayCase> {
  const { rows } = replayCase;
  if (rows !== null) {
    for (const fewer of withoutStretches(rows)) yield { ...replayCase, rows: fewer };
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

/** The rows without a half, a quarter … a single one of them. */
function* withoutStretches(rows: readonly CaseRow[]): Generator<readonly CaseRow[]> {
  for (let length = Math.floor(rows.length / 2); length >= 1; length = Math.floor(length / 2)) {
    for (let start = 0; start < rows.length; start += length) {
      const kept = [...rows.slice(0, start), ...rows.slice(start + length)];
      if (kept.length > 0) yield kept;
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
