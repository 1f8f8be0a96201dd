import { Command } from 'commander';
import { targetNamed } from '../../harness/index.ts';
import type { EndedRun } from '../report/run-summary.ts';
import { findRun } from '../research/find-run.ts';
import { nextPrompt } from '../research/next-prompt.ts';
import { resumeRun } from '../research/run-setup.ts';
import type { RunState } from '../store/run-state.ts';
import { runBranch } from '../workspace/run-worktree.ts';
import { carryOut, printSummary } from './carry-out.ts';
import { printPrompt } from './print-prompt.ts';

interface ResumeOptions {
  readonly showPrompt?: boolean;
  readonly json?: boolean;
}

const EXAMPLE = `
Example:
  $ autoresearch resume router-1

Goes on with the attempt that was interrupted; nothing that the journal has is done or paid for again.`;

export function resumeCommand(): Command {
  return new Command('resume')
    .description('continue a run that was stopped or killed')
    .argument('<run>', 'the run')
    .option('--show-prompt', 'print what a model would be asked next, and do nothing else')
    .option('--json', 'print one JSON object at the end')
    .addHelpText('after', EXAMPLE)
    .action(async (name: string, options: ResumeOptions) => {
      const json = options.json ?? false;
      const found = await findRun(name, process.cwd());
      const { state } = found;
      if (options.showPrompt) printPrompt(nextPrompt(found), options);
      else if (state.ending?.event === 'finished')
        printSummary(finishedRun(state, state.ending.reason), { json });
      else await carryOut(() => resumeRun(name, process.cwd()), { json });
    });
}

/** Nothing is left to do: the journal has the answer. */
function finishedRun(state: RunState, reason: string): EndedRun {
  const { id, target } = state.run;
  return {
    state,
    ending: { kind: 'finished', reason },
    branch: runBranch(target, id),
    baseline: targetNamed(target).pinnedBaseline,
  };
}
