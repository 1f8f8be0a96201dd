import type { Limits, RunState } from '../store/run-state.ts';

/** Which limit on time or evaluations has been reached, as a reason to end; undefined while there is room. */
export function limitReached(
  { evaluations }: Pick<RunState, 'evaluations'>,
  limits: Pick<Limits, 'evaluations' | 'minutes'>,
  elapsedMs: number,
): string | undefined {
  if (limits.evaluations !== undefined && evaluations >= limits.evaluations)
    return `${evaluations} evaluations were made, the limit is ${limits.evaluations}`;
  if (limits.minutes !== undefined && elapsedMs >= limits.minutes * 60_000)
    return `the limit of ${limits.minutes} minutes is over`;
  return undefined;
}
