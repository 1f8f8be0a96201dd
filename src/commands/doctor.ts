import { Command } from 'commander';
import { cacheFolder } from '../config/cache-folder.ts';
import { interruptible } from '../interrupt.ts';
import { type Provider, type ProviderFlags, readProvider } from '../proposers/model/provider.ts';
import { checkProvider } from '../proposers/model/provider-checks.ts';
import { type Check, checkList } from '../text/check-list.ts';
import { paintFor } from '../text/paint.ts';
import { checkMachine } from './machine-checks.ts';
import { withProviderOptions } from './provider-options.ts';

interface DoctorOptions extends ProviderFlags {
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ autoresearch doctor
  $ autoresearch doctor --base-url http://127.0.0.1:8089/v1 --model qwen2.5-coder-1.5b
  $ OPENAI_API_KEY=… autoresearch doctor --model gpt-4.1-mini

With --model it asks the model a handful of small questions, one of 6,000 tokens, and remembers what it refuses. No
server but that of --base-url is contacted; without --model none is.`;

export function doctorCommand(): Command {
  const command = new Command('doctor').description('check this machine and, with --model, a provider');
  return withProviderOptions(command)
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json, ...flags }: DoctorOptions) => {
      const provider = Object.keys(flags).length === 0 ? undefined : readProvider(flags);
      const checks = await interruptible(async (signal) => {
        try {
          return await checkAll(provider, signal);
        } catch (error) {
          if (signal.aborted) return [];
          throw error;
        }
      });
      process.stdout.write(
        json ? `${JSON.stringify(report(checks))}\n` : checkList(checks, paintFor(process.stdout)),
      );
      const failed = checks.filter(({ state }) => state === 'failed').map(({ name }) => name);
      if (failed.length > 0) throw new Error(`not ready: ${failed.join(', ')}`);
    });
}

async function checkAll(provider: Provider | undefined, signal: AbortSignal): Promise<Check[]> {
  const machine = await checkMachine(signal);
  if (provider === undefined) return machine;
  process.stderr.write(`asking ${provider.model} at ${provider.endpoint.host}\n`);
  return [...machine, ...(await checkProvider(provider, { cacheFolder: cacheFolder(), signal }))];
}

function report(checks: readonly Check[]) {
  return { ready: checks.every(({ state }) => state !== 'failed'), checks };
}
