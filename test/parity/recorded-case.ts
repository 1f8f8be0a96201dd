import { type GenerateOptions, generateTrace } from '../../harness/trace/generate.ts';
import type { CaseRow, ReplayCase } from './replay-case.ts';
import type { ReplayOutcome, ReplayRecord, SummaryReport } from './replay-outcome.ts';

/** Where a recorded case's requests come from: the project's own generator, a few rows, or the flags alone. */
export type CaseSource =
  | { readonly kind: 'generated'; readonly options: GenerateOptions }
  | { readonly kind: 'rows'; readonly rows: readonly CaseRow[] }
  | { readonly kind: 'flags' };

export type CaseSettings = Pick<ReplayCase, 'flags' | 'engine' | 'router'>;

/** Per-request records, one list per field, in no particular order. −1 stands for a time or count that does not exist. */
type RecordColumns = Readonly<Record<string, readonly (number | string)[]>>;

/** A file in `recorded/`: a case, and what the real DynoSim printed for it. */
export interface RecordedCase extends CaseSettings {
  readonly about: string;
  readonly source: CaseSource;
  readonly expected:
    | { readonly kind: 'ran'; readonly report: SummaryReport; readonly records: RecordColumns | null }
    | { readonly kind: 'dead-end' };
}

/** Fields that are kept; the other times follow from these. */
const FIELDS = [
  'arrival_time_ms',
  'first_admit_ms',
  'first_token_ms',
  'ttst_ms',
  'last_token_ms',
  'terminal_time_ms',
  'input_length',
  'requested_output_length',
  'output_length',
  'reused_input_tokens',
  'decode_worker_idx',
  'turn_index',
  'session_id',
] as const;
const MISSING = -1;

export function replayCaseOf({
  source,
  flags,
  engine,
  router,
}: CaseSettings & Pick<RecordedCase, 'source'>): ReplayCase {
  return { rows: rowsOf(source), flags, engine, router };
}

function rowsOf(source: CaseSource): readonly CaseRow[] | null {
  switch (source.kind) {
    case 'generated':
      return generateTrace(source.options);
    case 'rows':
      return source.rows;
    case 'flags':
      return null;
  }
}

/** What a file keeps of an outcome. */
export function expectationOf(outcome: ReplayOutcome): RecordedCase['expected'] {
  if (outcome.kind === 'dead-end') return { kind: 'dead-end' };
  if (outcome.kind !== 'ran') throw new Error(`nothing to record: ${outcome.message}`);
  const { report, records } = outcome;
  return { kind: 'ran', report, records: records === null ? null : columnsOf(records) };
}

function columnsOf(records: readonly ReplayRecord[]): RecordColumns {
  const sorted = [...records].sort((a, b) => Number(a['arrival_time_ms']) - Number(b['arrival_time_ms']));
  const present = FIELDS.filter((field) => sorted.some((record) => field in record));
  return Object.fromEntries(present.map((field) => [field, sorted.map((record) => cell(record[field]))]));
}

/** Times to a tenth of the tolerance they are compared with, and ten times finer. */
function cell(value: string | number | undefined): string | number {
  if (value === undefined) return MISSING;
  return typeof value === 'number' ? Number(value.toFixed(8)) : value;
}

/** The outcome a file stands for. */
export function recordedOutcome({ expected }: RecordedCase): ReplayOutcome {
  if (expected.kind === 'dead-end') return { kind: 'dead-end', message: 'recorded' };
  const { report, records } = expected;
  return { kind: 'ran', report, records: records === null ? null : recordsOf(records) };
}

function recordsOf(columns: RecordColumns): ReplayRecord[] {
  const fields = Object.entries(columns);
  const count = fields[0]?.[1].length ?? 0;
  return Array.from({ length: count }, (_, row) => {
    const cells = fields.map(([field, values]) => [field, values[row]] as const);
    return Object.fromEntries(cells.filter(([, value]) => value !== MISSING)) as ReplayRecord;
  });
}

/** Our own outcome with only the fields that files keep. */
export function withRecordedFields(outcome: ReplayOutcome): ReplayOutcome {
  if (outcome.kind !== 'ran' || outcome.records === null) return outcome;
  const kept = new Set<string>(FIELDS);
  const records = outcome.records.map((record) =>
    Object.fromEntries(Object.entries(record).filter(([field]) => kept.has(field))),
  );
  return { ...outcome, records };
}
