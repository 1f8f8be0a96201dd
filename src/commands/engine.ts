import { Command } from 'commander';
import { DEFAULT_ENGINE_NAME, engineNamed, engineNames } from '../../harness/index.ts';
import { engineListText, engineSummary, engineText } from '../report/engine-text.ts';

const EXAMPLES = `
Examples:
  $ autoresearch engine list
  $ autoresearch engine show minimax-m2.5-fp8-b200-tp4-vllm

Without its version a name means the oldest tables there are of that engine.`;

interface JsonFlag {
  readonly json?: true;
}

/** `engine list` and `engine show`. */
export function engineCommand(): Command {
  return new Command('engine')
    .description('modeled engines: how long a pass takes, how much KV cache fits')
    .addHelpText('after', EXAMPLES)
    .addCommand(listCommand())
    .addCommand(showCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('all engines')
    .option('--json', 'print one JSON object')
    .action(({ json }: JsonFlag) => {
      const engines = engineNames().map((name) => engineSummary(engineNamed(name)));
      process.stdout.write(
        json ? `${JSON.stringify({ engines })}\n` : engineListText(engines, DEFAULT_ENGINE_NAME),
      );
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('one engine, with plots of its pass times')
    .argument('<name>', 'as `engine list` prints it')
    .option('--json', 'print one JSON object, with all tables')
    .action((name: string, { json }: JsonFlag) => {
      const engine = engineNamed(name);
      const everything = { ...engineSummary(engine), profile: engine.profile ?? null };
      process.stdout.write(json ? `${JSON.stringify(everything)}\n` : engineText(engine));
    });
}
