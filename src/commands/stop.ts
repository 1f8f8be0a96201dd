import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { findRun } from '../research/find-run.ts';
import { runLockHolder } from '../store/run-lock.ts';

const EXAMPLE = `
Example:
  $ autoresearch stop router-1

The run finishes the attempt it is at; continue it with \`autoresearch resume\`.`;

const POLL_MS = 100;

export function stopCommand(): Command {
  return new Command('stop')
    .description('ask a run to stop after its current attempt, and wait for it')
    .argument('<run>', 'the run')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLE)
    .action(async (name: string, options: { readonly json?: boolean }) => {
      const { folder, state } = await findRun(name, process.cwd());
      const wasRunning = runLockHolder(folder.lock) !== undefined;
      if (wasRunning) {
        writeFileSync(folder.stopRequest, '');
        process.stderr.write(`waiting for the current attempt of ${name}\n`);
        while (runLockHolder(folder.lock) !== undefined && existsSync(folder.lock)) await sleep(POLL_MS);
      }
      const answer = { run: state.run.id, wasRunning };
      const text = wasRunning
        ? `${name} has stopped; continue with \`autoresearch resume ${name}\`\n`
        : `${name} is not running\n`;
      process.stdout.write(options.json ? `${JSON.stringify(answer)}\n` : text);
    });
}
