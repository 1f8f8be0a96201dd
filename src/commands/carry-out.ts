import { interruptible } from '../interrupt.ts';
import { createProgress } from '../progress.ts';
import { researchProgress } from '../report/research-progress.ts';
import { type EndedRun, runSummary, runSummaryText } from '../report/run-summary.ts';
import { conductRun } from '../research/conduct.ts';
import type { Ending } from '../research/research.ts';
import type { OpenRun } from '../research/run-setup.ts';

interface CarryOutOptions {
  readonly json: boolean;
}

/** Opens a run, does its research with progress on stderr, and says what came of it on stdout. */
export async function carryOut(openRun: () => Promise<OpenRun>, options: CarryOutOptions): Promise<void> {
  const run = await openRun();
  const ending = await conduct(run, options);
  if (ending.kind === 'failed') throw new Error(ending.reason);
  const { target, worktree } = run;
  printSummary(
    { state: run.log.state, ending, branch: worktree.branch, baseline: target.pinnedBaseline },
    options,
  );
}

/** The bar is gone when this returns: nothing that follows shares a line with it. */
async function conduct(run: OpenRun, { json }: CarryOutOptions): Promise<Ending> {
  const progress = createProgress(process.stderr, { quiet: json });
  try {
    const report = researchProgress(run, progress);
    return await interruptible((signal) => conductRun(run, report, signal));
  } finally {
    progress.end();
    run.close();
  }
}

export function printSummary(run: EndedRun, { json }: CarryOutOptions): void {
  process.stdout.write(json ? `${JSON.stringify(runSummary(run))}\n` : runSummaryText(run));
}
