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
  if (complete) assertEnded(result.outcomes);
  assertCausality(result.outcomes);
  assertOutput(columns, result.outcomes);
}

function assertEnded({ status }: RequestOutcomes): void {
  for (let request = 0; request < status.length; request++) {
    if (status[request] !== STATUS.completed && status[request] !== STATUS.rejected)
      throw new InvariantError(`request ${request + 1} neither completed nor was it rejected`);
  }
}

/** arrival ≤ admission ≤ first token ≤ second ≤ last ≤ end, for those that have happened. */
function assertCausality(outcomes: RequestOutcomes): void {
  const latestMs = outcomes.arrivalMs.slice();
  moveOn(latestMs, outcomes.admitMs);
  moveOn(latestMs, outcomes.firstTokenMs);
  moveOn(latestMs, outcomes.secondTokenMs);
  moveOn(latestMs, outcomes.lastTokenMs);
  moveOn(latestMs, outcomes.endMs);
}

/** What has not happened is NaN, which is neither less than a time nor greater. */
function moveOn(latestMs: Float64Array, nextMs: Float64Array): void {
  for (let request = 0; request < nextMs.length; request++) {
    const latest = latestMs[request]!;
    const next = nextMs[request]!;
    if (next < latest)
      throw new InvariantError(
        `request ${request + 1}: an event at ${next} ms comes before its cause at ${latest} ms`,
      );
    if (next > latest || Number.isNaN(latest)) latestMs[request] = next;
  }
}

function assertOutput({ outputTokens, promptTokens }: RequestColumns, outcomes: RequestOutcomes): void {
  const produced = outcomes.outputTokens;
  const reused = outcomes.reusedTokens;
  for (let request = 0; request < produced.length; request++) {
    if (produced[request]! > outputTokens[request]!)
      throw new InvariantError(
        `request ${request + 1} produced ${produced[request]} of ${outputTokens[request]} tokens`,
      );
    if (reused[request]! > promptTokens[request]! + produced[request]!)
      throw new InvariantError(`request ${request + 1} reused more tokens than it has`);
  }
}
