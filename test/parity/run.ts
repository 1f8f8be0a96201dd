import { UserError } from '../../harness/user-error.ts';
import { DynoSim } from './dynosim.ts';
import { judgeCase } from './judge-case.ts';
import { HELP, type ParityOptions, parseParityOptions } from './options.ts';
import { randomCase } from './random-case.ts';
import { recordCases } from './record.ts';
import { type ReplayCase, shellScript } from './replay-case.ts';
import { defaultFolder, hasDynoSim, pythonIn, setUpDynoSim } from './set-up-dynosim.ts';
import { shrinkCase } from './shrink-case.ts';
import { Tally } from './tally.ts';

/** Failing cases that are made smaller; more of them are only named. */
const MAX_SHRUNK = 3;
const PROGRESS_EVERY = 50;

async function findPython({ python, setup }: ParityOptions): Promise<string> {
  if (setup !== undefined) return await setUpDynoSim(setup, say);
  const chosen = python ?? process.env['AUTORESEARCH_DYNOSIM'];
  const candidate = chosen ?? pythonIn(defaultFolder());
  if (await hasDynoSim(candidate)) return candidate;
  const where = chosen === undefined ? 'the real DynoSim is not set up' : `${chosen} has no ai-dynamo 1.4.2`;
  throw new UserError(
    `${where}; run npm run parity -- --setup (needs Python 3.10 or 3.11, 900 MB), or name an interpreter that has it with --python`,
  );
}

/** Runs the matrix until enough cases have been compared, or the one case that was asked for. */
async function compareCases(options: ParityOptions, dynosim: DynoSim): Promise<Tally> {
  const tally = new Tally();
  if (options.only !== undefined) {
    await compareCase(options.seed, options.only, tally, dynosim);
    return tally;
  }
  let compared = 0;
  for (let index = 0; compared < options.cases; index++) {
    if (!(await compareCase(options.seed, index, tally, dynosim))) continue;
    compared += 1;
    if (compared % PROGRESS_EVERY === 0) say(`${compared} of ${options.cases} compared`);
  }
  return tally;
}

/** False when random ties decide the case. */
async function compareCase(seed: number, index: number, tally: Tally, dynosim: DynoSim): Promise<boolean> {
  const { family, replayCase } = randomCase(seed, index);
  const judgement = await judgeCase(replayCase, dynosim);
  tally.add(family, judgement.kind);
  if (judgement.kind === 'different') {
    const { difference } = judgement;
    say(`case ${index} (${family}): ${difference}`);
    const script = tally.failures.length < MAX_SHRUNK ? await smallestScript(replayCase, dynosim) : null;
    tally.failures.push({ case: index, family, difference, script });
  }
  return judgement.kind !== 'excluded';
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

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function main(): Promise<number> {
  const options = parseParityOptions(process.argv.slice(2));
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
    const tally = await compareCases(options, dynosim);
    process.stdout.write(
      options.json ? `${JSON.stringify({ seed: options.seed, ...tally.toJSON() })}\n` : tally.text(),
    );
    return tally.failures.length === 0 ? 0 : 1;
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
