import { DEFAULT_ENGINE, type Engine, kvCapacityTokens, runReplay, UserError } from '../../harness/index.ts';
import type { Serving } from '../report/validation-report.ts';

export interface ClosedLoop {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Clients; each sends its next request when it has the answer. */
  readonly concurrency: number;
  /** Token budget of a pass. */
  readonly maxBatchedTokens: number;
}

/** Requests of one client, as in the published runs. */
const REQUESTS_PER_CLIENT = 10;

/** Replays equal requests on one worker of a modeled engine. */
export function serveClosedLoop(engine: Engine, loop: ClosedLoop): Serving {
  const { profile } = engine;
  if (profile === undefined)
    throw new UserError(`${engine.name} is no modeled engine; see \`autoresearch engine list\``);
  const { report } = runReplay({
    workload: {
      kind: 'synthetic',
      inputTokens: loop.inputTokens,
      outputTokens: loop.outputTokens,
      sessions: loop.concurrency * REQUESTS_PER_CLIENT,
      turnsPerSession: 1,
      interTurnDelayMs: 0,
      arrivals: { kind: 'unscheduled' },
      sharedPrefixRatio: 0,
      prefixGroups: 0,
    },
    engine: {
      ...DEFAULT_ENGINE,
      numGpuBlocks: Math.floor(kvCapacityTokens(profile, loop.maxBatchedTokens) / DEFAULT_ENGINE.blockSize),
      maxNumBatchedTokens: loop.maxBatchedTokens,
      maxNumSeqs: Math.max(DEFAULT_ENGINE.maxNumSeqs, loop.concurrency),
    },
    timedBy: engine,
    speedupRatio: 1,
    decodeSpeedupRatio: 1,
    workers: 1,
    gpusPerWorker: profile.gpusPerWorker,
    router: { kind: 'round-robin' },
    load: { kind: 'closed', concurrency: loop.concurrency },
    maxSimTimeMs: Number.POSITIVE_INFINITY,
    sla: {},
  });
  return {
    tpsPerGpu: report.output_throughput_tok_s / profile.gpusPerWorker,
    tpsPerUser: report.mean_output_token_throughput_per_user,
    tpotMs: report.mean_tpot_ms,
    ttftMs: report.mean_ttft_ms,
  };
}
