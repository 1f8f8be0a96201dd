import { Command } from 'commander';
import { targetNamed } from '../../harness/index.ts';
import { integerOption } from '../config/number-option.ts';
import type { EndedRun } from '../report/run-summary.ts';
import { limitChanges, type NewLimits } from '../research/change-limits.ts';
import { findRun } from '../research/find-run.ts';
import { nextPrompt } from '../research/next-prompt.ts';
import { resumeRun } from '../research/run-setup.ts';
import type { RunState } from '../store/run-state.ts';
import { runBranch } from '../workspace/run-worktree.ts';
import { carryOut, printSummary } from './carry-out.ts';
import { withLimitOptions } from './limit-options.ts';
import { printPrompt } from './print-prompt.ts';

interface ResumeOptions extends NewLimits {
  readonly showPrompt?: boolean;
  readonly json?: boolean;
}

const EXAMPLE = `
Examples:
  $ autoresearch resume router-1
  $ autoresearch resume router-1 --attempts 400 --max-usd 10

Goes on with the attempt that was interrupted; nothing that the journal has is done or paid for again. A limit given here
takes the place of the run's own from now on, also after the run has finished. It counts from the beginning of the run,
and can't be less than what is used up; --max-minutes counts from now.`;

export function resumeCommand(): Command {
  const command = new Command('resume')
    .description('continue a run that was stopped or killed, or give it new limits')
    .argument('<run>', 'the run')
    .option(
      '--attempts <count>',
      'proposals to try in all (default: as many as before)',
      integerOption('--attempts', 1),
    );
  return withLimitOptions(command)
    .option('--show-prompt', 'print what a model would be asked next, and do nothing else')
    .option('--json', 'print one JSON object at the end')
    .addHelpText('after', EXAMPLE)
    .action(async (name: string, options: ResumeOptions) => {
      const json = options.json ?? false;
      const found = await findRun(name, process.cwd());
      const { state } = found;
      const changes = limitChanges(found, options);
      const isChanged = Object.keys(changes).length > 0;
      if (options.showPrompt) printPrompt(nextPrompt(found, changes.attempts), options);
      else if (state.ending?.event === 'finished' && !isChanged)
        printSummary(finishedRun(state, state.ending.reason), { json });
      else await carryOut(() => resumeRun(name, process.cwd(), options), { json });
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
