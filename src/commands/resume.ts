import { Command } from 'commander';
import { targetNamed } from '../../harness/index.ts';
import type { EndedRun } from '../report/run-summary.ts';
import { findRun } from '../research/find-run.ts';
import { resumeRun } from '../research/run-setup.ts';
import type { RunState } from '../store/run-state.ts';
import { runBranch } from '../workspace/run-worktree.ts';
import { carryOut, printSummary } from './carry-out.ts';

const EXAMPLE = `
Example:
  $ autoresearch resume router-1

Goes on with the attempt that was interrupted; nothing that the journal has is done or paid for again.`;

export function resumeCommand(): Command {
  return new Command('resume')
    .description('continue a run that was stopped or killed')
    .argument('<run>', 'the run')
    .option('--json', 'print one JSON object at the end')
    .addHelpText('after', EXAMPLE)
    .action(async (name: string, options: { readonly json?: boolean }) => {
      const json = options.json ?? false;
      const { state } = await findRun(name, process.cwd());
      if (state.ending?.event === 'finished') printSummary(finishedRun(state, state.ending.reason), { json });
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
