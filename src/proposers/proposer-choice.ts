import { UserError } from '../../harness/index.ts';
import { flagNamed } from '../config/flag-name.ts';
import type { ProviderFlags } from './model/provider.ts';

/** Who proposes, and what is needed to ask. Plain data: a resumed run makes the same choice from its journal. */
export type ProposerChoice =
  | { readonly kind: 'mutator' }
  | { readonly kind: 'script'; readonly file: string }
  | { readonly kind: 'openai'; readonly provider: ProviderFlags }
  | { readonly kind: 'cli'; readonly command: string; readonly deadlineMinutes: number }
  | { readonly kind: 'manual' };

/** The flags that say who proposes, as the user wrote them. */
export interface ProposerFlags extends ProviderFlags {
  readonly proposer: string;
  readonly command?: string;
  readonly commandMinutes?: number;
}

export const DEFAULT_COMMAND_MINUTES = 10;

const KNOWN = 'use mutator, openai, cli:COMMAND, manual or script:FILE';

/** Reads the flags. One that the proposer has no use for is bad usage. */
export function chooseProposer(flags: ProposerFlags): ProposerChoice {
  const [kind = '', rest] = flags.proposer.split(/:(.*)/s);
  switch (kind) {
    case 'mutator':
    case 'manual':
      if (rest !== undefined) break;
      refuse(flags, kind, [...PROVIDER_FLAGS, ...COMMAND_FLAGS]);
      return { kind };
    case 'script':
      if (rest === undefined || rest === '') break;
      refuse(flags, kind, [...PROVIDER_FLAGS, ...COMMAND_FLAGS]);
      return { kind, file: rest };
    case 'openai': {
      if (rest !== undefined) break;
      refuse(flags, kind, COMMAND_FLAGS);
      return { kind, provider: pick(flags, PROVIDER_FLAGS) };
    }
    case 'cli': {
      refuse(flags, kind, PROVIDER_FLAGS);
      return { kind, ...commandOf(rest, flags) };
    }
  }
  throw new UserError(`--proposer ${flags.proposer}: unknown proposer; ${KNOWN}`);
}

type FlagName = Exclude<keyof ProposerFlags, 'proposer'>;

const PROVIDER_FLAGS = ['model', 'baseUrl', 'api', 'extraBody', 'price'] as const;
const COMMAND_FLAGS = ['command', 'commandMinutes'] as const;

const OWNERS: Readonly<Record<FlagName, string>> = {
  model: 'openai',
  baseUrl: 'openai',
  api: 'openai',
  extraBody: 'openai',
  price: 'openai',
  command: 'cli',
  commandMinutes: 'cli',
};

function refuse(flags: ProposerFlags, kind: string, names: readonly FlagName[]): void {
  const given = names.find((name) => flags[name] !== undefined);
  if (given === undefined) return;
  throw new UserError(`${flagNamed(given)}: only for --proposer ${OWNERS[given]}, not ${kind}; leave it out`);
}

function pick(flags: ProposerFlags, names: typeof PROVIDER_FLAGS): ProviderFlags {
  return Object.fromEntries(
    names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])),
  );
}

function commandOf(inline: string | undefined, flags: ProposerFlags) {
  if (inline !== undefined && flags.command !== undefined)
    throw new UserError('--command: the command is in --proposer already; give one of them');
  const command = inline ?? flags.command ?? '';
  if (command.trim() === '')
    throw new UserError('--proposer cli: no command; give e.g. --command "claude -p"');
  return { command, deadlineMinutes: flags.commandMinutes ?? DEFAULT_COMMAND_MINUTES };
}
