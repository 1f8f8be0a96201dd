import type { Progress } from '../progress.ts';
import type { Emit, ResearchEvent } from '../research/research-event.ts';
import type { OpenRun } from '../research/run-setup.ts';
import { printableLine } from '../text/printable.ts';
import { estimateText } from './estimate-text.ts';
import { gainText, scoreText } from './figures.ts';
import { timingText } from './timing-text.ts';

/** Turns a run's events into progress: scenarios and baselines first, then one line per verdict under a moving bar. */
export function researchProgress(run: OpenRun, progress: Progress): Emit {
  const { state } = run.log;
  announce(run, progress);
  const startedAt = performance.now();
  const decidedBefore = state.decidedAttempts;
  let evaluations = 0;
  const redraw = (note: string) => {
    const elapsedMs = performance.now() - startedAt;
    const decided = state.decidedAttempts - decidedBefore;
    const left = state.limits.attempts - state.decidedAttempts;
    progress.update({
      attempt: state.decidedAttempts,
      attempts: state.limits.attempts,
      evaluationsPerMinute: evaluations / (elapsedMs / 60_000),
      note,
      ...(state.best === undefined ? {} : { best: state.best.score }),
      ...(decided === 0 ? {} : { leftMs: (elapsedMs / decided) * left }),
    });
  };
  return (event: ResearchEvent) => {
    switch (event.kind) {
      case 'measuring':
        progress.log(`measuring ${event.what}`);
        return;
      case 'evaluated':
        evaluations += 1;
        return;
      case 'baseline':
        progress.log(
          `  ${event.name.padEnd(20)} train ${scoreText(event.score)}  validation ${scoreText(event.validationScore)}`,
        );
        return;
      case 'proposed':
        redraw(printableLine(event.idea, 60));
        return;
      case 'estimate':
        progress.log(estimateText(event.estimate));
        return;
      case 'asking':
        redraw(
          event.turn === 0 ? `asking for attempt ${event.attempt}` : `repairing attempt ${event.attempt}`,
        );
        return;
      case 'replied':
        if (event.turn.result !== 'usable') progress.log(replyLine(event));
        return;
      case 'paused':
        progress.log(`paused for ${Math.ceil(event.pauseMs / 1000)} s: ${printableLine(event.problem, 160)}`);
        return;
      case 'note':
        progress.log(printableLine(event.text, 400));
        return;
      case 'judged':
        progress.log(verdictLine(event));
        redraw('');
        return;
    }
  };
}

function announce({ log: { state }, worktree }: OpenRun, progress: Progress): void {
  const { run, limits } = state;
  progress.log(
    `run ${run.id}: ${limits.attempts} attempts by ${run.conversation?.model ?? run.proposer}, seed ${run.seed}, branch ${worktree.branch}`,
  );
  for (const { name, workers, kvBlocks, blockSize, engine } of run.scenarios) {
    if (!name.endsWith('-sealed'))
      progress.log(
        `  ${name}: ${workers} workers × ${kvBlocks} blocks of ${blockSize}, timed by ${timingText(engine)}`,
      );
  }
}

/** One line for a reply that can't be used, and why. */
export function replyLine({ attempt, turn }: Extract<ResearchEvent, { kind: 'replied' }>): string {
  const { result, problem = 'no reason given' } = turn;
  return `${String(attempt).padStart(4)}  reply ${result}: ${printableLine(problem, 160)}`;
}

/** One line for a verdict: its number, what was tried, and what came of it. */
export function verdictLine({ verdict, idea }: Extract<ResearchEvent, { kind: 'judged' }>): string {
  const head = `${String(verdict.attempt).padStart(4)}  ${verdict.verdict === 'kept' ? 'KEPT     ' : 'discarded'}`;
  const detail =
    verdict.verdict === 'kept' || verdict.gain === undefined ? '' : ` (${gainText(verdict.gain)})`;
  const gate = verdict.cause === 'gate' ? `: ${verdict.reason}` : '';
  const why = verdict.verdict === 'kept' ? verdict.reason : `${verdict.cause}${detail}${gate}`;
  return `${head}  ${printableLine(idea, 70)}: ${printableLine(why, 160)}`;
}
