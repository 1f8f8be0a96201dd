import { InvariantError } from './invariant-error.ts';
import type { RequestColumns } from './request-columns.ts';
import { type RequestOutcomes, type SimulationResult, STATUS } from './simulation-result.ts';

/**
 * Laws that hold after every simulation: nothing is lost, nothing happens before its cause. `complete` says that the
 * simulation ran to the end, so nothing may be left in flight.
 */
export function assertConservation(
  columns: RequestColumns,
  result: SimulationResult,
  complete: boolean,
): void {
  for (let request = 0; request < columns.count; request++) {
    assertEnded(result.outcomes, request, complete);
    assertCausality(result.outcomes, request);
    assertOutput(columns, result.outcomes, request);
  }
}

function assertEnded(outcomes: RequestOutcomes, request: number, complete: boolean): void {
  const status = outcomes.status[request]!;
  if (complete && status !== STATUS.completed && status !== STATUS.rejected) {
    throw new InvariantError(`request ${request + 1} neither completed nor was it rejected`);
  }
}

/** arrival ≤ admission ≤ first token ≤ second ≤ last ≤ end, for those that have happened. */
function assertCausality(outcomes: RequestOutcomes, request: number): void {
  let latest = Number.NEGATIVE_INFINITY;
  for (const column of [
    outcomes.arrivalMs,
    outcomes.admitMs,
    outcomes.firstTokenMs,
    outcomes.secondTokenMs,
    outcomes.lastTokenMs,
    outcomes.endMs,
  ]) {
    const time = column[request]!;
    if (Number.isNaN(time)) continue;
    if (time < latest)
      throw new InvariantError(
        `request ${request + 1}: an event at ${time} ms comes before its cause at ${latest} ms`,
      );
    latest = time;
  }
}

function assertOutput(columns: RequestColumns, outcomes: RequestOutcomes, request: number): void {
  const produced = outcomes.outputTokens[request]!;
  if (produced > columns.outputTokens[request]!) {
    throw new InvariantError(
      `request ${request + 1} produced ${produced} of ${columns.outputTokens[request]} tokens`,
    );
  }
  if (outcomes.reusedTokens[request]! > columns.promptTokens[request]! + produced) {
    throw new InvariantError(`request ${request + 1} reused more tokens than it has`);
  }
}
