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
  const rejected = countOf(outcomes, STATUS.rejected);
  return {
    timing: { name: timedBy.name, hash: timedBy.hash },
    rejected_requests: rejected,
    unfinished_requests: columns.count - rejected - countOf(outcomes, STATUS.completed),
    passes: result.passes,
    preemptions: result.preemptions,
    router_ties: result.ties,
    workers: workerShares(columns, outcomes, workers),
    queue_depth: queueDepth(outcomes, result.lastEventMs),
  };
}

function countOf({ status }: RequestOutcomes, wanted: number): number {
  let count = 0;
  for (let request = 0; request < status.length; request++) if (status[request] === wanted) count += 1;
  return count;
}

function workerShares(columns: RequestColumns, outcomes: RequestOutcomes, workers: number): WorkerShare[] {
  const shares = Array.from({ length: workers }, () => ({
    completed_requests: 0,
    input_tokens: 0,
    output_tokens: 0,
    reused_input_tokens: 0,
  }));
  for (let request = 0; request < columns.count; request++) {
    const share = shares[outcomes.worker[request] ?? -1];
    if (share === undefined || outcomes.status[request] !== STATUS.completed) continue;
    share.completed_requests += 1;
    share.input_tokens += columns.promptTokens[request] ?? 0;
    share.output_tokens += outcomes.outputTokens[request] ?? 0;
    share.reused_input_tokens += outcomes.reusedTokens[request] ?? 0;
  }
  return shares;
}
