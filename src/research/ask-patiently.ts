import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../proposers/model/model-client.ts';
import type { ReplyRequest, Respondent } from '../proposers/proposer.ts';
import type { Emit } from './research-event.ts';

export interface Patience {
  /** Longest a question waits for a respondent that is out of reach. */
  readonly maxPauseMs: number;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 300_000;

/** Asks until there is an answer: while the respondent is out of reach the run pauses. */
export async function askPatiently(
  respondent: Respondent,
  request: ReplyRequest,
  { maxPauseMs, signal, emit }: Patience,
): Promise<Answer> {
  let pausedMs = 0;
  let pauseMs = FIRST_PAUSE_MS;
  while (true) {
    const answer = await respondent.respond(request, signal);
    if (answer.kind !== 'unavailable' || pausedMs >= maxPauseMs) return answer;
    const wanted = Math.max(pauseMs, answer.retryInMs ?? 0);
    const thisPauseMs = Math.min(wanted, maxPauseMs - pausedMs);
    emit({ kind: 'paused', problem: answer.problem, pauseMs: thisPauseMs });
    await sleep(thisPauseMs, undefined, { signal });
    pausedMs += thisPauseMs;
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
}
