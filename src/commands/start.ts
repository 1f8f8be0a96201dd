import { Command } from 'commander';
import { DEFAULT_ENGINE_NAME } from '../../harness/index.ts';
import { integerOption, positiveOption, shareOption } from '../config/number-option.ts';
import { firstPrompt } from '../research/next-prompt.ts';
import type { ProposerRequest } from '../research/proposer-record.ts';
import { createRun } from '../research/run-setup.ts';
import { carryOut } from './carry-out.ts';
import { printPrompt } from './print-prompt.ts';
import { withProposerOptions } from './proposer-options.ts';

interface StartOptions extends ProposerRequest {
  readonly target: string;
  readonly trace: readonly string[];
  readonly attempts: number;
  readonly seed: number;
  readonly baselines: boolean;
  readonly epsilon: number;
  readonly run?: string;
  readonly speedup?: number;
  readonly workers?: number;
  readonly kvBlocks?: number;
  readonly engine?: string;
  readonly deadlineSeconds?: number;
  readonly showPrompt?: boolean;
  readonly json?: boolean;
}

const EXAMPLE = `
Examples:
  $ autoresearch start --target router
  $ autoresearch start --target router --trace mooncake.jsonl --attempts 200 --seed 7
  $ autoresearch start --target router --proposer openai --model gpt-4.1-mini --max-usd 2 --parallel 4
  $ autoresearch start --target router --proposer cli --command "claude -p"

Without --trace ten minutes of generated tool-and-agent traffic are replayed. Kept policies become commits on the
branch autoresearch/<target>/<run>; your checkout is not touched. Ctrl-C stops, \`autoresearch resume\` goes on.`;

export function startCommand(): Command {
  const command = new Command('start')
    .description('improve a policy: propose, build, replay, keep what is faster')
    .requiredOption('--target <name>', 'the policy to improve: router')
    .option('--trace <file>', 'requests to replay (Mooncake JSONL, may be .gz), repeatable', collect, [])
    .option(
      '--proposer <name>',
      'who proposes: mutator, openai, cli:COMMAND, manual or script:FILE',
      'mutator',
    )
    .option('--attempts <count>', 'proposals to try', integerOption('--attempts', 1), 50)
    .option('--seed <seed>', 'seed of the whole run', integerOption('--seed', 0), 1)
    .option('--no-baselines', 'mutator: let it see the seed policy only')
    .option('--epsilon <share>', 'smallest gain on train worth keeping', shareOption('--epsilon'), 0.005)
    .option('--run <name>', 'name of the run (default: router-1, router-2, …)')
    .option('--speedup <factor>', 'one arrival speed-up instead of 3 and 5', positiveOption('--speedup'))
    .option('--workers <count>', 'workers (default: 8)', integerOption('--workers', 1))
    .option(
      '--kv-blocks <count>',
      'KV blocks of 512 tokens per worker (default: 4000, or what the engine holds)',
      integerOption('--kv-blocks', 1),
    )
    .option('--engine <name>', `engine profile (default: ${DEFAULT_ENGINE_NAME})`)
    .option(
      '--deadline-seconds <s>',
      'wall-clock limit of one evaluation',
      positiveOption('--deadline-seconds'),
    );
  return withProposerOptions(command)
    .option('--show-prompt', 'print what a model would be asked first, and do nothing else')
    .option('--json', 'print one JSON object at the end')
    .addHelpText('after', EXAMPLE)
    .action(async (options: StartOptions) => {
      const request = {
        target: options.target,
        traces: options.trace,
        proposer: options,
        attempts: options.attempts,
        seed: options.seed,
        useBaselines: options.baselines,
        epsilon: options.epsilon,
        name: options.run,
        speedup: options.speedup,
        workers: options.workers,
        kvBlocks: options.kvBlocks,
        engine: options.engine,
        deadlineSeconds: options.deadlineSeconds,
      };
      if (options.showPrompt) printPrompt(await firstPrompt(request, process.cwd()), options);
      else await carryOut(() => createRun(request, process.cwd()), { json: options.json ?? false });
    });
}

function collect(file: string, before: readonly string[]): string[] {
  return [...before, file];
}
