import type { ReplayRecord } from './replay-outcome.ts';
import { isSameUpToLabels, type LabelPair } from './worker-labels.ts';

const TIME_TOLERANCE_MS = 1e-6;
/** Beyond an hour of virtual time a double has fewer digits left behind the point. */
const LONG_RUN_TOLERANCE_MS = 1e-5;
const LONG_RUN_MS = 3_600_000;

const WORKER = 'decode_worker_idx';

export interface RecordComparison {
  /** `arbitrary`: workers may be numbered differently, as long as the same requests share a worker. */
  readonly workerLabels: 'exact' | 'arbitrary';
}

/**
 * How two sets of per-request records differ, in words, or null. Their order does not matter: requests that are equal
 * in every time and count come in any order.
 */
export function recordsDifference(
  expected: readonly ReplayRecord[],
  actual: readonly ReplayRecord[],
  { workerLabels }: RecordComparison,
): string | null {
  if (expected.length !== actual.length) return `expected ${expected.length} records, got ${actual.length}`;
  const ignored = workerLabels === 'arbitrary' ? new Set([WORKER]) : new Set<string>();
  const matcher = new Matcher(actual, ignored, toleranceOf(expected));
  const pairs: LabelPair[] = [];
  for (const record of inOrder(expected)) {
    const match = matcher.take(record);
    if (match === undefined) return matcher.explain(record);
    pairs.push({ expected: record[WORKER], actual: match[WORKER], group: matcher.groupOf(match) });
  }
  if (workerLabels === 'arbitrary' && !isSameUpToLabels(pairs))
    return 'requests are spread over workers differently, whatever the workers are called';
  return null;
}

function toleranceOf(records: readonly ReplayRecord[]): number {
  const isLong = records.some((record) => Number(record['terminal_time_ms']) > LONG_RUN_MS);
  return isLong ? LONG_RUN_TOLERANCE_MS : TIME_TOLERANCE_MS;
}

function arrivalOf(record: ReplayRecord): number {
  return Number(record['arrival_time_ms']);
}

/** By arrival and then by whatever else tells records apart, so that messages name the earliest difference. */
function inOrder(records: readonly ReplayRecord[]): ReplayRecord[] {
  const keys = ['arrival_time_ms', 'input_length', 'requested_output_length', 'terminal_time_ms'];
  return [...records].sort((a, b) => {
    const key = keys.find((name) => a[name] !== b[name]);
    return key === undefined ? 0 : Number(a[key]) - Number(b[key]);
  });
}

/** Finds, for one record after another, an equal one that has not been taken yet. */
class Matcher {
  readonly #records: readonly ReplayRecord[];
  readonly #taken: boolean[];
  readonly #groups = new Map<ReplayRecord, number>();
  readonly #ignored: ReadonlySet<string>;
  readonly #toleranceMs: number;

  constructor(records: readonly ReplayRecord[], ignored: ReadonlySet<string>, toleranceMs: number) {
    this.#records = inOrder(records);
    this.#taken = this.#records.map(() => false);
    this.#ignored = ignored;
    this.#toleranceMs = toleranceMs;
  }

  take(record: ReplayRecord): ReplayRecord | undefined {
    const index = this.#window(record).find(
      (candidate) => !this.#taken[candidate] && this.#isEqual(record, candidate),
    );
    if (index === undefined) return undefined;
    this.#taken[index] = true;
    return this.#records[index];
  }

  /** Records of one group can't be told apart; a group is named by its first member. */
  groupOf(record: ReplayRecord): number {
    const known = this.#groups.get(record);
    if (known !== undefined) return known;
    const members = this.#window(record).filter((candidate) => this.#isEqual(record, candidate));
    const group = members[0] ?? -1;
    for (const member of members) this.#groups.set(this.#records[member] as ReplayRecord, group);
    return group;
  }

  explain(record: ReplayRecord): string {
    const free = this.#window(record).filter((candidate) => !this.#taken[candidate]);
    const nearest = free
      .map((candidate) => ({ candidate, fields: this.#differingFields(record, candidate) }))
      .sort((a, b) => a.fields.length - b.fields.length)[0];
    const name = nameOf(record);
    if (nearest === undefined) {
      const others = this.#records.filter((_, index) => !this.#taken[index]).slice(0, 3);
      return `${name}: nothing else arrives then; left over: ${others.map(nameOf).join('; ')}`;
    }
    const found = this.#records[nearest.candidate] as ReplayRecord;
    const details = nearest.fields.map((key) => `${key} ${shown(record[key])} → ${shown(found[key])}`);
    return `${name}: expected → got ${details.join(', ')}`;
  }

  /** Indices of the records that arrive when this one does. */
  #window(record: ReplayRecord): number[] {
    const from = arrivalOf(record) - this.#toleranceMs;
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (arrivalOf(this.#records[middle] as ReplayRecord) < from) low = middle + 1;
      else high = middle;
    }
    const indices: number[] = [];
    for (let index = low; index < this.#records.length; index++) {
      if (arrivalOf(this.#records[index] as ReplayRecord) > from + 2 * this.#toleranceMs) break;
      indices.push(index);
    }
    return indices;
  }

  #isEqual(expected: ReplayRecord, index: number): boolean {
    const actual = this.#records[index] as ReplayRecord;
    if (expected['input_length'] !== actual['input_length']) return false;
    for (const field in expected) if (this.#differs(field, expected, actual)) return false;
    for (const field in actual) if (!(field in expected)) return false;
    return true;
  }

  #differs(field: string, expected: ReplayRecord, actual: ReplayRecord): boolean {
    if (expected[field] === actual[field] || this.#ignored.has(field)) return false;
    if (!field.endsWith('_ms')) return true;
    return !(Math.abs(Number(expected[field]) - Number(actual[field])) <= this.#toleranceMs);
  }

  #differingFields(expected: ReplayRecord, index: number): string[] {
    const actual = this.#records[index] as ReplayRecord;
    const fields = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...fields].filter((field) => this.#differs(field, expected, actual));
  }
}

function nameOf(record: ReplayRecord): string {
  const { arrival_time_ms: arrival, input_length: prompt, requested_output_length: output } = record;
  return `request that arrives at ${arrival} ms (${prompt} prompt, ${output} output tokens)`;
}

function shown(value: string | number | undefined): string {
  return value === undefined ? 'nothing' : String(value);
}
