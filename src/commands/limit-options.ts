import type { Command } from 'commander';
import { integerOption, nonNegativeOption, positiveOption } from '../config/number-option.ts';

/** The flags that limit what a run uses up, besides attempts; `usdDefault` says what goes without --max-usd. */
export function withLimitOptions(command: Command, usdDefault = ''): Command {
  return command
    .option(
      '--max-usd <usd>',
      `what model calls may cost in all${usdDefault}`,
      nonNegativeOption('--max-usd'),
    )
    .option('--max-tokens <count>', 'tokens model calls may take in all', integerOption('--max-tokens', 1))
    .option('--max-minutes <m>', 'ask for no more after this time', positiveOption('--max-minutes'))
    .option(
      '--max-evaluations <count>',
      'ask for no more after so many evaluations',
      integerOption('--max-evaluations', 1),
    );
}
