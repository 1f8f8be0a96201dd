import { type Command, Option } from 'commander';
import { integerOption, nonNegativeOption, positiveOption } from '../config/number-option.ts';
import { DEFAULT_COMMAND_MINUTES } from '../proposers/proposer-choice.ts';
import {
  DEFAULT_MAX_PAUSE_MINUTES,
  DEFAULT_MAX_USD,
  DEFAULT_REPAIRS,
  DEFAULT_REPLY_TOKENS,
} from '../research/proposer-record.ts';
import { withLimitOptions } from './limit-options.ts';
import { withProviderOptions } from './provider-options.ts';

/** The flags that say who proposes and what that may take. Defaults depend on the proposer, so none is set here. */
export function withProposerOptions(command: Command): Command {
  const asking = withProviderOptions(command)
    .option('--command <command>', 'cli: the command, for a shell')
    .option(
      '--command-minutes <m>',
      `cli: time limit of one call (default: ${DEFAULT_COMMAND_MINUTES})`,
      positiveOption('--command-minutes'),
    )
    .option(
      '--parallel <count>',
      'proposals asked for at once, about the same incumbent (default: 1)',
      integerOption('--parallel', 1),
    )
    .option(
      '--repairs <count>',
      `times a reply that can’t be used is sent back (default: ${DEFAULT_REPAIRS})`,
      integerOption('--repairs', 0),
    )
    .option(
      '--reply-tokens <count>',
      `limit of one reply, reasoning included (default: ${DEFAULT_REPLY_TOKENS})`,
      integerOption('--reply-tokens', 1),
    )
    .addOption(
      new Option('--edit-format <format>', 'how changes are asked for (default: auto)').choices([
        'auto',
        'edits',
        'file',
      ]),
    )
    .option(
      '--max-pause-minutes <m>',
      `longest wait for a server that is out of reach (default: ${DEFAULT_MAX_PAUSE_MINUTES})`,
      nonNegativeOption('--max-pause-minutes'),
    );
  return withLimitOptions(asking, ` (default: ${DEFAULT_MAX_USD} where the price is known)`);
}
