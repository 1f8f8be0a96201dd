import { gain } from '../../harness/index.ts';
import { interruptible } from '../interrupt.ts';
import { createProgress } from '../progress.ts';
import { gainText } from '../report/figures.ts';
import { researchProgress } from '../report/research-progress.ts';
import { conductRun } from '../research/conduct.ts';
import type { Ending } from '../research/research.ts';
import type { OpenRun } from '../research/run-setup.ts';
import { printableLine } from '../text/printable.ts';

/** Opens a run, does its research with progress on stderr, and says what came of it on stdout. */
export async function carryOut(
  openRun: () => Promise<OpenRun>,
  { json }: { readonly json: boolean },
): Promise<void> {
  const progress = createProgress(process.stderr, { quiet: json });
  const run = await openRun();
  try {
    const report = researchProgress(run, progress);
    const ending = await interruptible((signal) => conductRun(run, report, signal));
    if (ending.kind === 'failed') throw new Error(ending.reason);
    process.stdout.write(json ? `${JSON.stringify(summaryOf(run, ending))}\n` : summaryText(run, ending));
  } finally {
    progress.end();
    run.close();
  }
}

function summaryOf({ log: { state }, worktree }: OpenRun, ending: Ending) {
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
    branch: worktree.branch,
    verdicts: Object.fromEntries(state.verdictsByCause),
  };
}

function summaryText(run: OpenRun, ending: Ending): string {
  const { state } = run.log;
  const { id } = state.run;
  const best = state.best;
  const kept = state.kept.length - 1;
  const lines = [`${id} ${ending.kind}: ${ending.reason}; ${kept} kept of ${state.decidedAttempts} attempts`];
  if (best !== undefined && best.attempt > 0) {
    const validation = best.validationScore === undefined ? undefined : gain(best.validationScore, 0);
    lines.push(
      `best: attempt ${best.attempt}, ${printableLine(state.attempt(best.attempt)?.proposal.idea ?? '')}`,
      `      ${gainText(gain(best.score, 0))} latency saved on train, ${gainText(validation)} on validation, against ${run.target.pinnedBaseline}`,
      `branch ${run.worktree.branch}; see \`autoresearch review ${id}\` and \`autoresearch leaderboard\``,
    );
  }
  if (ending.kind === 'stopped') lines.push(`continue with \`autoresearch resume ${id}\``);
  return `${lines.join('\n')}\n`;
}
