import { parseArgs } from 'node:util';
import { UserError } from '../../harness/user-error.ts';
import { defaultFolder } from './set-up-dynosim.ts';

export const HELP = `Runs random configurations on the real DynoSim and here, and compares everything both print.

  npm run parity -- [--cases N] [--seed S] [--python PATH] [--setup [DIR]] [--record] [--json]

  --cases N      cases to compare; those that random ties decide are drawn anew (default 100)
  --seed S       of the random matrix (default 1)
  --case I       only case number I of the matrix
  --python PATH  interpreter that has ai-dynamo 1.4.2 (default: AUTORESEARCH_DYNOSIM, then what --setup made)
  --setup [DIR]  first make a Python environment with it in DIR (about 900 MB)
  --record       write test/parity/recorded from the real one instead
  --json         print one JSON object

  exit codes: 0 all equal, 1 differences, 2 no DynoSim or bad usage
`;

export interface ParityOptions {
  readonly cases: number;
  readonly seed: number;
  /** The one case to run. */
  readonly only: number | undefined;
  readonly python: string | undefined;
  /** Folder of the Python environment to make. */
  readonly setup: string | undefined;
  readonly record: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** Reads the script's arguments; anything wrong is a UserError. */
export function parseParityOptions(argv: readonly string[]): ParityOptions {
  const { cases, seed, case: only, python, setup, ...switches } = flagsOf(withSetupFolder(argv));
  return {
    ...switches,
    python,
    setup,
    cases: wholeNumber('--cases', cases),
    seed: wholeNumber('--seed', seed),
    only: only === undefined ? undefined : wholeNumber('--case', only),
  };
}

function flagsOf(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        cases: { type: 'string', default: '100' },
        seed: { type: 'string', default: '1' },
        case: { type: 'string' },
        python: { type: 'string' },
        setup: { type: 'string' },
        record: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UserError(`${(error as Error).message.split('\n')[0]}; see --help`);
  }
}

/** `--setup` may stand alone. */
function withSetupFolder(argv: readonly string[]): string[] {
  return argv.flatMap((word, index) => {
    const isAlone = word === '--setup' && (argv[index + 1] ?? '-').startsWith('-');
    return isAlone ? [word, defaultFolder()] : [word];
  });
}

function wholeNumber(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new UserError(`${flag} is ${JSON.stringify(text)}; expected a whole number`);
}
