import { parseArgs } from 'node:util';
import { UserError } from '../../harness/user-error.ts';
import { textTable } from '../../src/text/text-table.ts';
import { DynoSim } from './dynosim.ts';
import { type Judgement, judgeCase } from './judge-case.ts';
import { FAMILIES, type Family, randomCase } from './random-case.ts';
import { recordCases } from './record.ts';
import { type ReplayCase, shellScript } from './replay-case.ts';
import { defaultFolder, hasDynoSim, pythonIn, setUpDynoSim } from './set-up-dynosim.ts';
import { shrinkCase } from './shrink-case.ts';

const HELP = `Runs random configurations on the real DynoSim and here, and compares everything both print.

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

const MAX_SHRUNK = 3;

interface Failure {
  readonly case: number;
  readonly family: Family;
  readonly difference: string;
  readonly script: string | null;
}

interface Tally {
  equal: number;
  equalAfterDraws: number;
  different: number;
  excluded: number;
}

interface Options {
  readonly cases: number;
  readonly seed: number;
  readonly only: number | undefined;
  readonly python: string | undefined;
  readonly setup: string | undefined;
  readonly record: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

function parseOptions(argv: readonly string[]): Options {
  const args = argv.flatMap((word, index) =>
    word === '--setup' && (argv[index + 1] ?? '-').startsWith('-') ? [word, defaultFolder()] : [word],
  );
  try {
    const { values } = parseArgs({
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
    });
    const { cases, seed, case: only, ...others } = values;
    return {
      ...others,
      python: values.python,
      setup: values.setup,
      cases: wholeNumber('--cases', cases),
      seed: wholeNumber('--seed', seed),
      only: only === undefined ? undefined : wholeNumber('--case', only),
    };
  } catch (error) {
    throw error instanceof UserError ? error : new UserError((error as Error).message);
  }
}

function wholeNumber(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new UserError(`${flag} is ${text}; expected a whole number`);
}

async function findPython({ python, setup }: Options): Promise<string> {
  if (setup !== undefined) return await setUpDynoSim(setup, say);
  const chosen = python ?? process.env['AUTORESEARCH_DYNOSIM'];
  const candidate = chosen ?? pythonIn(defaultFolder());
  if (await hasDynoSim(candidate)) return candidate;
  const where = chosen === undefined ? 'the real DynoSim is not set up' : `${chosen} has no ai-dynamo 1.4.2`;
  throw new UserError(
    `${where}; run npm run parity -- --setup (needs Python 3.10 or 3.11, 900 MB), or name one with --python`,
  );
}

/** Runs the matrix until enough cases have been compared. */
async function compareCases(options: Options, dynosim: DynoSim) {
  const tallies = new Map<Family, Tally>(
    FAMILIES.map((family) => [family, { equal: 0, equalAfterDraws: 0, different: 0, excluded: 0 }]),
  );
  const failures: Failure[] = [];
  let compared = 0;
  let index = options.only ?? 0;
  while (compared < (options.only === undefined ? options.cases : 1)) {
    const { family, replayCase } = randomCase(options.seed, index);
    const judgement = await judgeCase(replayCase, dynosim);
    count(tallies.get(family), judgement);
    if (judgement.kind !== 'excluded' || options.only !== undefined) compared += 1;
    if (judgement.kind === 'different') {
      say(`case ${index} (${family}): ${judgement.difference}`);
      const script = failures.length < MAX_SHRUNK ? await smallestScript(replayCase, dynosim) : null;
      failures.push({ case: index, family, difference: judgement.difference, script });
    }
    index += 1;
    if (compared % 50 === 0 && judgement.kind !== 'excluded') say(`${compared} of ${options.cases} compared`);
  }
  return { tallies, failures };
}

function count(tally: Tally | undefined, judgement: Judgement): void {
  if (tally === undefined) return;
  if (judgement.kind === 'equal') tally.equal += 1;
  else if (judgement.kind === 'equal-after-draws') tally.equalAfterDraws += 1;
  else if (judgement.kind === 'excluded') tally.excluded += 1;
  else tally.different += 1;
}

async function smallestScript(failing: ReplayCase, dynosim: DynoSim): Promise<string> {
  const smallest = await shrinkCase(
    failing,
    async (candidate) => (await judgeCase(candidate, dynosim)).kind === 'different',
  );
  const judgement = await judgeCase(smallest, dynosim);
  const difference = judgement.kind === 'different' ? judgement.difference : '';
  return `# ${difference}\n${shellScript(smallest)}`;
}

function resultText(tallies: ReadonlyMap<Family, Tally>, failures: readonly Failure[]): string {
  const rows = [...tallies].map(([family, tally]) => [
    family,
    ...[tally.equal, tally.equalAfterDraws, tally.different, tally.excluded].map(String),
  ]);
  const totals = [0, 1, 2, 3].map((column) =>
    String(rows.reduce((sum, row) => sum + Number(row[column + 1]), 0)),
  );
  const header = ['family', 'equal', 'equal, labels drawn', 'different', 'excluded (ties)'];
  const differences = failures.map(({ case: index, difference, script }) => {
    const shown = script === null ? '' : `\n\nthe smallest case like it:\n${script}`;
    return `\ncase ${index}: ${difference}${shown}\n`;
  });
  return textTable([header, ...rows, ['all', ...totals]]) + differences.join('');
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const dynosim = new DynoSim(await findPython(options));
  try {
    if (options.record) {
      await recordCases(dynosim, say);
      return 0;
    }
    const { tallies, failures } = await compareCases(options, dynosim);
    const json = { seed: options.seed, families: Object.fromEntries(tallies), failures };
    process.stdout.write(options.json ? `${JSON.stringify(json)}\n` : resultText(tallies, failures));
    return failures.length === 0 ? 0 : 1;
  } finally {
    dynosim.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  say(error.message);
  process.exitCode = 2;
}
