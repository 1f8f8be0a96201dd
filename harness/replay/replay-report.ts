import type { RequestColumns } from '../sim/request-columns.ts';
import { type RequestOutcomes, type SimulationResult, STATUS } from '../sim/simulation-result.ts';
import { type Distribution, distributionOf, exactDistribution } from './distribution.ts';
import type { ReplayRequest, ServiceLevel } from './replay-request.ts';

type Family =
  | 'ttft_ms'
  | 'ttst_ms'
  | 'tpot_ms'
  | 'e2e_latency_ms'
  | 'itl_ms'
  | 'output_token_throughput_per_user';

type FamilyFigures<Name extends Family = Family> = {
  readonly [Key in `${keyof Distribution}_${Name}`]: number;
};

interface Counts {
  /** Requests that have arrived, rejected ones included: those of the whole workload unless it was cut off. */
  readonly num_requests: number;
  readonly completed_requests: number;
  /** Sums over completed requests. */
  readonly total_input_tokens: number;
  readonly total_output_tokens: number;
  readonly processed_tokens: number;
  /** End of the last completed request. */
  readonly duration_ms: number;
}

interface Throughput {
  readonly request_throughput_rps: number;
  readonly input_throughput_tok_s: number;
  readonly output_throughput_tok_s: number;
  readonly total_throughput_tok_s: number;
}

interface Reuse {
  /** Largest reuse over all admissions of each request. */
  readonly prefix_cache_reused_ratio: number;
  readonly first_admission_prefix_cache_reused_ratio: number;
}

interface Fleet {
  readonly prefill_worker_seconds: number;
  readonly decode_worker_seconds: number;
  readonly prefill_gpus_per_worker: number;
  readonly decode_gpus_per_worker: number;
  readonly gpu_hours: number;
}

/** Only in reports of a replay with a service level. */
interface Goodput {
  readonly goodput_completed_requests: number;
  readonly goodput_request_throughput_rps: number;
  readonly goodput_output_throughput_tok_s: number;
}

/** DynoSim's report of an aggregated replay, key for key, without the figures that depend on the host's speed. */
export type ReplayReport = Counts & Throughput & Reuse & Fleet & FamilyFigures & Partial<Goodput>;

export function createReplayReport(
  columns: RequestColumns,
  result: SimulationResult,
  request: ReplayRequest,
): ReplayReport {
  const { outcomes } = result;
  const completed = completedRequests(outcomes);
  const counts = countsOf(columns, outcomes, completed);
  const seconds = ratedSeconds(counts.duration_ms);
  return {
    ...counts,
    request_throughput_rps: counts.completed_requests / seconds,
    input_throughput_tok_s: counts.total_input_tokens / seconds,
    output_throughput_tok_s: counts.total_output_tokens / seconds,
    total_throughput_tok_s: counts.processed_tokens / seconds,
    ...reuseOf(outcomes, completed, counts.total_input_tokens),
    ...fleetOf(request, counts.duration_ms, result.lastEventMs),
    ...latenciesOf(outcomes, completed),
    ...named('itl_ms', distributionOf(result.gaps.itlMs)),
    ...named('output_token_throughput_per_user', distributionOf(result.gaps.tokensPerSecond)),
    ...goodputOf(outcomes, completed, request.sla, seconds),
  };
}

function completedRequests({ status }: RequestOutcomes): Int32Array {
  const completed = new Int32Array(status.length);
  let count = 0;
  for (let request = 0; request < status.length; request++) {
    if (status[request] === STATUS.completed) completed[count++] = request;
  }
  return completed.subarray(0, count);
}

/** A replay without duration is rated as if it took a nanosecond. */
function ratedSeconds(durationMs: number): number {
  return Math.max(durationMs / 1000, 1e-9);
}

function countsOf(columns: RequestColumns, outcomes: RequestOutcomes, completed: Int32Array): Counts {
  const input = sum(columns.promptTokens, completed);
  const output = sum(outcomes.outputTokens, completed);
  return {
    num_requests: arrivedRequests(outcomes),
    completed_requests: completed.length,
    total_input_tokens: input,
    total_output_tokens: output,
    processed_tokens: input + output,
    duration_ms: lastEndMs(outcomes, completed),
  };
}

function arrivedRequests({ status }: RequestOutcomes): number {
  let arrived = 0;
  for (let request = 0; request < status.length; request++) {
    if (status[request] !== STATUS.notArrived) arrived += 1;
  }
  return arrived;
}

function lastEndMs({ endMs }: RequestOutcomes, completed: Int32Array): number {
  let latest = 0;
  for (let index = 0; index < completed.length; index++) {
    const end = endMs[completed[index] as number] as number;
    if (end > latest) latest = end;
  }
  return latest;
}

function reuseOf(outcomes: RequestOutcomes, completed: Int32Array, inputTokens: number): Reuse {
  const share = (reused: Int32Array) => (inputTokens === 0 ? 0 : sum(reused, completed) / inputTokens);
  return {
    prefix_cache_reused_ratio: share(outcomes.reusedTokens),
    first_admission_prefix_cache_reused_ratio: share(outcomes.firstReusedTokens),
  };
}

/** One worker is paid until its last completion, a fleet until the last event of all. */
function fleetOf({ workers, gpusPerWorker }: ReplayRequest, durationMs: number, lastEventMs: number): Fleet {
  const seconds = workers === 1 ? ratedSeconds(durationMs) : (workers * lastEventMs) / 1000;
  return {
    prefill_worker_seconds: 0,
    decode_worker_seconds: seconds,
    prefill_gpus_per_worker: 0,
    decode_gpus_per_worker: gpusPerWorker,
    gpu_hours: (seconds * gpusPerWorker) / 3600,
  };
}

function latenciesOf(outcomes: RequestOutcomes, completed: Int32Array) {
  const { arrivalMs, firstTokenMs, secondTokenMs, lastTokenMs, outputTokens } = outcomes;
  const column = () => new Float64Array(completed.length);
  const ttft = column();
  const e2e = column();
  const ttst = column();
  const tpot = column();
  let some = 0;
  let several = 0;
  for (let index = 0; index < completed.length; index++) {
    const request = completed[index] as number;
    const tokens = outputTokens[request] as number;
    if (tokens === 0) continue;
    const arrived = arrivalMs[request] as number;
    const first = firstTokenMs[request] as number;
    const last = lastTokenMs[request] as number;
    ttft[some] = first - arrived;
    e2e[some] = last - arrived;
    some += 1;
    if (tokens === 1) continue;
    ttst[several] = (secondTokenMs[request] as number) - first;
    tpot[several] = (last - first) / (tokens - 1);
    several += 1;
  }
  return {
    ...named('ttft_ms', exactDistribution(ttft.subarray(0, some))),
    ...named('ttst_ms', exactDistribution(ttst.subarray(0, several))),
    ...named('tpot_ms', exactDistribution(tpot.subarray(0, several))),
    ...named('e2e_latency_ms', exactDistribution(e2e.subarray(0, some))),
  };
}

function named<Name extends Family>(family: Name, distribution: Distribution): FamilyFigures<Name> {
  const figures = Object.entries(distribution).map(([statistic, value]) => [`${statistic}_${family}`, value]);
  return Object.fromEntries(figures) as FamilyFigures<Name>;
}

function goodputOf(
  outcomes: RequestOutcomes,
  completed: Int32Array,
  sla: ServiceLevel,
  seconds: number,
): Partial<Goodput> {
  if (sla.ttftMs === undefined && sla.itlMs === undefined && sla.e2eMs === undefined) return {};
  const good = completed.filter((request) => isGood(request, outcomes, sla));
  return {
    goodput_completed_requests: good.length,
    goodput_request_throughput_rps: good.length / seconds,
    goodput_output_throughput_tok_s: sum(outcomes.outputTokens, good) / seconds,
  };
}

/** A request without output has an end but no first token: it can't hold a bound that needs one. */
function isGood(request: number, outcomes: RequestOutcomes, sla: ServiceLevel): boolean {
  const { ttftMs = Number.POSITIVE_INFINITY, itlMs, e2eMs = Number.POSITIVE_INFINITY } = sla;
  const arrival = at(outcomes.arrivalMs, request);
  const tokens = at(outcomes.outputTokens, request);
  const e2e = at(outcomes.endMs, request) - arrival;
  if (e2e > e2eMs) return false;
  if (tokens === 0) return sla.ttftMs === undefined && itlMs === undefined;
  const ttft = at(outcomes.firstTokenMs, request) - arrival;
  if (ttft > ttftMs) return false;
  return itlMs === undefined || tokens === 1 || (e2e - ttft) / (tokens - 1) <= itlMs;
}

function sum(column: Int32Array, requests: Int32Array): number {
  let total = 0;
  for (let index = 0; index < requests.length; index++) {
    total += column[requests[index] as number] as number;
  }
  return total;
}

function at(column: Int32Array | Float64Array, index: number): number {
  return column[index] ?? Number.NaN;
}
