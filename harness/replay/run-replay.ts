import { requireContext } from '../engines/engine.ts';
import type { RequestColumns } from '../sim/request-columns.ts';
import { simulate } from '../sim/simulate.ts';
import type { SimulationResult } from '../sim/simulation-result.ts';
import { passTiming } from '../sim/timing-spec.ts';
import { compileRequests } from '../trace/compile-requests.ts';
import { type ReadOptions, readMooncake } from '../trace/mooncake.ts';
import { createReplayInsight, type ReplayInsight } from './replay-insight.ts';
import { type ReplayRecord, replayRecords } from './replay-records.ts';
import { createReplayReport, type ReplayReport } from './replay-report.ts';
import type { ReplayRequest } from './replay-request.ts';
import { syntheticRequests } from './synthetic-workload.ts';

/** A finished replay. */
export interface ReplayRun {
  readonly report: ReplayReport;
  readonly insight: ReplayInsight;
  readonly columns: RequestColumns;
  readonly result: SimulationResult;
  /** Oddities of the workload that did not stop the replay, one sentence each. */
  readonly warnings: readonly string[];
  /** Host time of the simulation alone, ms. */
  readonly wallMs: number;
  /** One per request that ended, made while they are read. */
  records(): Iterable<ReplayRecord>;
}

interface Workload {
  readonly columns: RequestColumns;
  readonly warnings: readonly string[];
  sessionName(index: number): string;
}

/** Replays a workload. Bad input is a UserError; a request that can never be scheduled is a DeadEndError that names it. */
export function runReplay(request: ReplayRequest, options: Pick<ReadOptions, 'cacheFolder'> = {}): ReplayRun {
  const { columns, warnings, sessionName } = openWorkload(request, options);
  requireContext(request.timedBy, longestRequest(columns), workloadName(request));
  const startedAt = performance.now();
  const result = simulate(columns, {
    engine: request.engine,
    timing: passTiming(request.timedBy.timing, request),
    workers: request.workers,
    router: request.router,
    load: request.load,
    maxSimTimeMs: request.maxSimTimeMs,
  });
  const wallMs = performance.now() - startedAt;
  return {
    report: createReplayReport(columns, result, request),
    insight: createReplayInsight(columns, result, request),
    columns,
    result,
    warnings,
    wallMs,
    records: () => replayRecords(columns, result.outcomes, request, sessionName),
  };
}

function longestRequest({ count, promptTokens, outputTokens }: RequestColumns): number {
  let longest = 0;
  for (let request = 0; request < count; request++) {
    longest = Math.max(longest, (promptTokens[request] ?? 0) + (outputTokens[request] ?? 0));
  }
  return longest;
}

function workloadName({ workload }: ReplayRequest): string {
  return workload.kind === 'trace' ? workload.path : 'the synthetic workload';
}

function openWorkload(
  { workload, engine, load }: ReplayRequest,
  { cacheFolder }: Pick<ReadOptions, 'cacheFolder'>,
): Workload {
  const { blockSize } = engine;
  if (workload.kind === 'synthetic') {
    const columns = syntheticRequests(workload, blockSize);
    return { columns, warnings: [], sessionName: (index) => `session_${(columns.session[index] ?? 0) + 1}` };
  }
  const trace = readMooncake(workload.path, { traceBlockSize: workload.traceBlockSize, cacheFolder });
  const { line, session, sessionNames } = trace.rows;
  return {
    columns: compileRequests(trace, { blockSize, load: load.kind }),
    warnings: trace.warnings,
    sessionName: (index) => sessionNames[session[index] ?? -1] ?? `request_${line[index]}`,
  };
}
