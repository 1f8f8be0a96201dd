import type { ReplayRequest } from '../../harness/replay/replay-request.ts';
import { runReplay } from '../../harness/replay/run-replay.ts';
import { DeadEndError } from '../../harness/sim/dead-end-error.ts';
import { UserError } from '../../harness/user-error.ts';
import { parseReplayArguments } from '../../src/commands/replay-arguments.ts';
import { failedOutcome, type ReplayOutcome, tidyRecord, withoutHostKeys } from './replay-outcome.ts';

export interface ReplayHere {
  readonly outcome: ReplayOutcome;
  /** Router decisions with several cheapest workers, other than among workers never used. */
  readonly ties: number;
  readonly preemptions: number;
}

/** What `autoresearch replay` makes of a command line. `labelSeed` draws the worker at every tie instead of taking the lowest id. */
export function replayHere(args: readonly string[], labelSeed?: number): ReplayHere {
  try {
    const { request } = parseReplayArguments(args);
    const { report, records, result } = runReplay(
      labelSeed === undefined ? request : withDrawnLabels(request, labelSeed),
    );
    const isTrace = request.workload.kind === 'trace';
    return {
      outcome: {
        kind: 'ran',
        report: withoutHostKeys({ ...report }),
        records: isTrace ? Array.from(records(), (record) => tidyRecord({ ...record })) : null,
      },
      ties: result.ties,
      preemptions: result.preemptions,
    };
  } catch (error) {
    const { message } = error as Error;
    const isExpected = error instanceof UserError || error instanceof DeadEndError;
    const outcome: ReplayOutcome = isExpected ? failedOutcome(message) : { kind: 'crashed', message };
    return { outcome, ties: 0, preemptions: 0 };
  }
}

function withDrawnLabels(request: ReplayRequest, seed: number): ReplayRequest {
  if (request.router.kind !== 'kv') return request;
  return { ...request, router: { ...request.router, tieBreak: { kind: 'random', seed } } };
}
