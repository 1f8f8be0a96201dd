/** A record of `--report-jsonl` without its null fields. */
export type ReplayRecord = Readonly<Record<string, string | number>>;

/** The summary of `--report-json` without the keys that measure the host. */
export type SummaryReport = Readonly<Record<string, unknown>>;

/** What one replay printed, on either program. */
export type ReplayOutcome =
  | { readonly kind: 'ran'; readonly report: SummaryReport; readonly records: readonly ReplayRecord[] | null }
  | { readonly kind: 'dead-end'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string }
  /** A bug of the program; it equals nothing. */
  | { readonly kind: 'crashed'; readonly message: string };

const HOST_KEYS = new Set(['wall_time_ms', 'processed_tokens_per_s', 'processed_output_tokens_per_s']);

/** Drops what measures the host, not the simulation. */
export function withoutHostKeys(report: SummaryReport): SummaryReport {
  return Object.fromEntries(Object.entries(report).filter(([key]) => !HOST_KEYS.has(key)));
}

/** Drops null fields and the request's random name. */
export function tidyRecord(record: Readonly<Record<string, unknown>>): ReplayRecord {
  const kept = Object.entries(record).filter(([key, value]) => value !== null && key !== 'uuid');
  return Object.fromEntries(kept) as ReplayRecord;
}

/** An error message as an outcome: both programs call requests that can never be scheduled a dead end. */
export function failedOutcome(message: string): ReplayOutcome {
  return { kind: message.includes('dead end') ? 'dead-end' : 'refused', message };
}
