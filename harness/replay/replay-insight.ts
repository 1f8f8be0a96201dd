import type { TimingSource } from '../engines/engine.ts';
import type { RequestColumns } from '../sim/request-columns.ts';
import { type RequestOutcomes, type SimulationResult, STATUS } from '../sim/simulation-result.ts';
import { type QueueDepth, queueDepth } from './queue-depth.ts';
import type { ReplayRequest } from './replay-request.ts';

/** What a replay shows beyond DynoSim's report. */
export interface ReplayInsight {
  /** Where pass durations come from. */
  readonly timing: TimingSource;
  readonly rejected_requests: number;
  /** Arrived, or still to arrive, when the simulated time was up. */
  readonly unfinished_requests: number;
  readonly passes: number;
  readonly preemptions: number;
  /** Router decisions with several cheapest workers, other than among workers that were never used. */
  readonly router_ties: number;
  readonly workers: readonly WorkerShare[];
  readonly queue_depth: QueueDepth;
}

/** What one worker has done; tokens are those of its completed requests. */
export interface WorkerShare {
  readonly completed_requests: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly reused_input_tokens: number;
}

export function createReplayInsight(
  columns: RequestColumns,
  result: SimulationResult,
  { timedBy, workers }: Pick<ReplayRequest, 'timedBy' | 'workers'>,
): ReplayInsight {
  const { outcomes } = result;
  const having = (wanted: number) =>
    outcomes.status.reduce((sum, status) => sum + Number(status === wanted), 0);
  const rejected = having(STATUS.rejected);
  return {
    timing: { name: timedBy.name, hash: timedBy.hash },
    rejected_requests: rejected,
    unfinished_requests: columns.count - rejected - having(STATUS.completed),
    passes: result.passes,
    preemptions: result.preemptions,
    router_ties: result.ties,
    workers: workerShares(columns, outcomes, workers),
    queue_depth: queueDepth(outcomes, result.lastEventMs),
  };
}

function workerShares(columns: RequestColumns, outcomes: RequestOutcomes, workers: number): WorkerShare[] {
  const shares = Array.from({ length: workers }, () => ({
    completed_requests: 0,
    input_tokens: 0,
    output_tokens: 0,
    reused_input_tokens: 0,
  }));
  outcomes.worker.forEach((worker, request) => {
    const share = shares[worker];
    if (share === undefined || outcomes.status[request] !== STATUS.completed) return;
    share.completed_requests += 1;
    share.input_tokens += columns.promptTokens[request] ?? 0;
    share.output_tokens += outcomes.outputTokens[request] ?? 0;
    share.reused_input_tokens += outcomes.reusedTokens[request] ?? 0;
  });
  return shares;
}
