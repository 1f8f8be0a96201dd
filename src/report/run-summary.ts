import { gain } from '../../harness/index.ts';
import type { Ending } from '../research/research.ts';
import type { RunState } from '../store/run-state.ts';
import { printableLine } from '../text/printable.ts';
import { gainText } from './figures.ts';
import { replyStatistics, replyStatisticsText } from './reply-statistics.ts';

/** A run that is over for now. */
export interface EndedRun {
  readonly state: RunState;
  readonly ending: Ending;
  readonly branch: string;
  /** The pinned baseline's name. */
  readonly baseline: string;
}

export function runSummary({ state, ending, branch }: EndedRun) {
  const best = state.best;
  return {
    run: state.run.id,
    ending: ending.kind,
    reason: ending.reason,
    attempts: state.decidedAttempts,
    kept: state.kept.length - 1,
    best:
      best === undefined
        ? null
        : { ...best, gain: gain(best.score, 0), idea: state.attempt(best.attempt)?.proposal.idea },
    branch,
    verdicts: Object.fromEntries(state.verdictsByCause),
    replies: replyStatistics(state) ?? null,
  };
}

export function runSummaryText({ state, ending, branch, baseline }: EndedRun): string {
  const { id } = state.run;
  const best = state.best;
  const kept = state.kept.length - 1;
  const attempts = state.decidedAttempts === 1 ? '1 attempt' : `${state.decidedAttempts} attempts`;
  const lines = [`${id} ${ending.kind}: ${ending.reason}; ${kept} kept of ${attempts}`];
  if (best !== undefined && best.attempt > 0) {
    const validation = best.validationScore === undefined ? undefined : gain(best.validationScore, 0);
    lines.push(
      `best: attempt ${best.attempt}, ${printableLine(state.attempt(best.attempt)?.proposal.idea ?? '')}`,
      `      ${gainText(gain(best.score, 0))} latency saved on train, ${gainText(validation)} on validation, against ${baseline}`,
      `branch ${branch}; see \`autoresearch review ${id}\` and \`autoresearch leaderboard\``,
    );
  }
  const replies = replyStatistics(state);
  if (replies !== undefined) lines.push(replyStatisticsText(replies).trimEnd());
  if (ending.kind === 'stopped') lines.push(`continue with \`autoresearch resume ${id}\``);
  return `${lines.join('\n')}\n`;
}
