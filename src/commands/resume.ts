import { Command } from 'commander';
import { resumeRun } from '../research/run-setup.ts';
import { carryOut } from './carry-out.ts';

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
      await carryOut(() => resumeRun(name, process.cwd()), { json: options.json ?? false });
    });
}
