import type { RequestColumns } from '../sim/request-columns.ts';
import { type RequestOutcomes, STATUS } from '../sim/simulation-result.ts';
import type { ReplayRequest } from './replay-request.ts';

/** DynoSim's record of one request of an aggregated replay, key for key. Times in ms; null = does not apply. */
export interface ReplayRecord {
  readonly session_id: string | null;
  readonly turn_index: number | null;
  /** The request's position in the workload, in the form of a UUID. */
  readonly uuid: string;
  readonly arrival_time_ms: number;
  readonly first_admit_ms: number | null;
  readonly terminal_time_ms: number;
  readonly first_token_ms: number | null;
  readonly last_token_ms: number | null;
  readonly ttft_ms: number | null;
  readonly ttst_ms: number | null;
  readonly e2e_latency_ms: number | null;
  /** Mean gap between its tokens. */
  readonly itl_ms: number | null;
  readonly input_length: number;
  readonly requested_output_length: number;
  readonly output_length: number;
  readonly reused_input_tokens: number;
  readonly prefill_worker_idx: null;
  readonly decode_worker_idx: number | null;
  readonly prefill_admit_ms: null;
  readonly source_held_ms: null;
  readonly destination_reserved_ms: null;
  readonly destination_activated_ms: null;
  readonly decode_admit_ms: null;
  readonly source_released_ms: null;
  readonly decode_reused_input_tokens: null;
  readonly prefill_route_overlap_tokens: null;
  readonly decode_route_overlap_tokens: null;
  readonly terminal_status: 'completed' | 'rejected';
}

/** Fields that only a disaggregated replay fills. */
const AGGREGATED = {
  prefill_admit_ms: null,
  source_held_ms: null,
  destination_reserved_ms: null,
  destination_activated_ms: null,
  decode_admit_ms: null,
  source_released_ms: null,
  decode_reused_input_tokens: null,
  prefill_route_overlap_tokens: null,
  decode_route_overlap_tokens: null,
} as const;

/** One record per request that ended, by arrival, then in the order of the workload. Made one at a time. */
export function* replayRecords(
  columns: RequestColumns,
  outcomes: RequestOutcomes,
  request: ReplayRequest,
  sessionName: (index: number) => string,
): Generator<ReplayRecord> {
  const namesSessions = request.workers > 1 && (request.load.kind === 'closed' || hasLaterTurns(columns));
  for (const index of endedByArrival(outcomes)) {
    yield {
      session_id: namesSessions ? sessionName(index) : null,
      turn_index: namesSessions ? (columns.turn[index] ?? 0) : null,
      uuid: uuidOf(index),
      ...timesOf(outcomes, index),
      input_length: columns.promptTokens[index] ?? 0,
      requested_output_length: columns.outputTokens[index] ?? 0,
      output_length: outcomes.outputTokens[index] ?? 0,
      reused_input_tokens: outcomes.reusedTokens[index] ?? 0,
      prefill_worker_idx: null,
      decode_worker_idx: request.workers > 1 ? (outcomes.worker[index] ?? 0) : null,
      ...AGGREGATED,
      terminal_status: outcomes.status[index] === STATUS.completed ? 'completed' : 'rejected',
    };
  }
}

function timesOf(outcomes: RequestOutcomes, index: number) {
  const at = (column: Float64Array) => column[index] ?? Number.NaN;
  const tokens = outcomes.outputTokens[index] ?? 0;
  const arrival = at(outcomes.arrivalMs);
  const first = at(outcomes.firstTokenMs);
  const last = at(outcomes.lastTokenMs);
  return {
    arrival_time_ms: arrival,
    first_admit_ms: finite(at(outcomes.admitMs)),
    terminal_time_ms: at(outcomes.endMs),
    first_token_ms: finite(first),
    last_token_ms: finite(last),
    ttft_ms: finite(first - arrival),
    ttst_ms: finite(at(outcomes.secondTokenMs) - first),
    e2e_latency_ms: finite(last - arrival),
    itl_ms: tokens > 1 ? (last - first) / (tokens - 1) : null,
  };
}

function endedByArrival({ status, arrivalMs }: RequestOutcomes): Int32Array {
  const ended: number[] = [];
  status.forEach((value, index) => {
    if (value === STATUS.completed || value === STATUS.rejected) ended.push(index);
  });
  const arrival = (index: number) => arrivalMs[index] ?? 0;
  return Int32Array.from(ended).sort((a, b) => arrival(a) - arrival(b) || a - b);
}

function hasLaterTurns({ turn }: RequestColumns): boolean {
  return turn.some((number) => number > 0);
}

/** A version 4 UUID in form; DynoSim's are random, these are the same in every run. */
function uuidOf(index: number): string {
  return `00000000-0000-4000-8000-${(index + 1).toString(16).padStart(12, '0')}`;
}

/** JSON has no NaN: what has not happened is null. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
