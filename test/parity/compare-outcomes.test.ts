import { describe, expect, it } from 'vitest';
import { outcomesDifference } from './compare-outcomes.ts';
import type { ReplayOutcome, ReplayRecord } from './replay-outcome.ts';

function record(arrival: number, worker: number, changes: Partial<ReplayRecord> = {}): ReplayRecord {
  return {
    arrival_time_ms: arrival,
    first_token_ms: arrival + 30,
    terminal_time_ms: arrival + 90,
    input_length: 10,
    requested_output_length: 3,
    output_length: 3,
    decode_worker_idx: worker,
    terminal_status: 'completed',
    ...changes,
  };
}

const RECORDS = [record(0, 0), record(0, 1), record(5, 0), record(9, 1, { input_length: 12 }), record(20, 2)];

function ran(records: readonly ReplayRecord[], report: Record<string, unknown> = {}): ReplayOutcome {
  return { kind: 'ran', records, report: { mean_ttft_ms: 30, std_ttft_ms: 0, num_requests: 5, ...report } };
}

function difference(actual: ReplayOutcome, workerLabels: 'exact' | 'arbitrary' = 'exact'): string | null {
  return outcomesDifference(ran(RECORDS), actual, { workerLabels });
}

function renamed(names: readonly number[]): ReplayRecord[] {
  return RECORDS.map((each) => ({
    ...each,
    decode_worker_idx: names[Number(each['decode_worker_idx'])] as number,
  }));
}

describe('comparing two replays', () => {
  it('finds equal what differs only in order and rounding', () => {
    const shuffled = [...RECORDS]
      .reverse()
      .map((each) => ({ ...each, first_token_ms: Number(each['first_token_ms']) + 4e-7 }));
    expect(difference(ran(shuffled, { mean_ttft_ms: 30 + 1e-9, std_ttft_ms: 4e-10 }))).toBeNull();
  });

  it('names the earliest request with another time and the field', () => {
    const late = RECORDS.map((each) => (each === RECORDS[3] ? { ...each, first_token_ms: 39.001 } : each));
    expect(difference(ran(late))).toBe(
      'request that arrives at 9 ms (12 prompt, 3 output tokens): expected → got first_token_ms 39 → 39.001',
    );
  });

  it('names a request that only one side has', () => {
    const other = RECORDS.map((each) => (each === RECORDS[4] ? record(21, 2) : each));
    expect(difference(ran(other))).toMatch(
      /arrives at 20 ms .* nothing else arrives then; left over: .* 21 ms/,
    );
  });

  it('sees a field that is missing or should not be there', () => {
    const { output_length: _dropped, ...rest } = record(20, 2);
    expect(difference(ran([...RECORDS.slice(0, 4), rest]))).toMatch(/output_length 3 → nothing/);
    const extra = record(20, 2, { turn_index: 0 });
    expect(difference(ran([...RECORDS.slice(0, 4), extra]))).toMatch(/turn_index nothing → 0/);
  });

  it('sees another number of records', () => {
    expect(difference(ran(RECORDS.slice(1)))).toBe('expected 5 records, got 4');
  });

  it('takes workers by their label unless labels are arbitrary', () => {
    expect(difference(ran(renamed([2, 0, 1])))).toMatch(/decode_worker_idx/);
    expect(difference(ran(renamed([2, 0, 1])), 'arbitrary')).toBeNull();
  });

  it('sees requests grouped differently even when labels are arbitrary', () => {
    const regrouped = RECORDS.map((each) => (each === RECORDS[2] ? record(5, 2) : each));
    expect(difference(ran(regrouped), 'arbitrary')).toMatch(/spread over workers differently/);
    expect(difference(ran(renamed([0, 0, 1])), 'arbitrary')).toMatch(/spread over workers differently/);
  });

  it('compares report keys both ways', () => {
    expect(difference(ran(RECORDS, { mean_ttft_ms: 30.0000001 }))).toBe(
      'report key mean_ttft_ms: expected 30, got 30.0000001',
    );
    expect(difference(ran(RECORDS, { gpu_hours: 1 }))).toBe('report key gpu_hours should not be there');
    const { report: _report, ...bare } = ran(RECORDS) as Extract<ReplayOutcome, { kind: 'ran' }>;
    expect(difference({ ...bare, report: {} })).toBe('report key mean_ttft_ms is missing');
  });

  it('tells a dead end from a report, a refusal and a crash, which equals nothing', () => {
    const deadEnd: ReplayOutcome = { kind: 'dead-end', message: 'request 1' };
    expect(difference(deadEnd)).toBe('expected a report, got a dead end (request 1)');
    const refused: ReplayOutcome = { kind: 'refused', message: 'bad flag' };
    const comparison = { workerLabels: 'exact' } as const;
    expect(outcomesDifference(deadEnd, refused, comparison)).toMatch(/expected a dead end .* got an error/);
    const crashed: ReplayOutcome = { kind: 'crashed', message: 'oops' };
    expect(outcomesDifference(crashed, crashed, comparison)).toBe(
      'expected a crash (oops), got a crash (oops)',
    );
    expect(outcomesDifference(deadEnd, { kind: 'dead-end', message: 'other words' }, comparison)).toBeNull();
  });
});
