import { Command, CommanderError } from 'commander';
import { UserError } from '../../harness/index.ts';
import { acceptCommand } from './accept.ts';
import { doctorCommand } from './doctor.ts';
import { engineCommand } from './engine.ts';
import { evaluateCommand } from './evaluate.ts';
import { leaderboardCommand } from './leaderboard.ts';
import { replayCommand } from './replay.ts';
import { resumeCommand } from './resume.ts';
import { reviewCommand } from './review.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';
import { stopCommand } from './stop.ts';
import { traceCommand } from './trace.ts';
import { validateCommand } from './validate.ts';

/** One line per command: a function that returns it. */
export const COMMANDS: readonly (() => Command)[] = [
  startCommand,
  resumeCommand,
  statusCommand,
  stopCommand,
  reviewCommand,
  acceptCommand,
  leaderboardCommand,
  evaluateCommand,
  replayCommand,
  traceCommand,
  engineCommand,
  validateCommand,
  doctorCommand,
];

const EXAMPLES = `
Examples:
  $ autoresearch start --target router
  $ autoresearch review
  $ autoresearch leaderboard
  $ autoresearch evaluate policies/router/policy.ts --target router --trace requests.jsonl
  $ autoresearch evaluate --help

Results go to stdout, progress to stderr. Exit codes: 0 done, 1 failed, 2 bad usage or input, 130 interrupted.`;

/** The command line with all its commands. Misuse becomes a UserError, whatever command it is in. */
export function createProgram(version: string, commands = COMMANDS): Command {
  const program = new Command('autoresearch')
    .description('Improves the policies of an LLM-serving stack unattended, scored by an exact simulator.')
    .version(version, '-V, --version', 'print the version')
    .addHelpText('after', EXAMPLES);
  for (const create of commands) program.addCommand(create());
  reportMisuse(program, program.name());
  return program;
}

/** Runs one command line, `argv` without the interpreter and the script. Help and version are ordinary ends. */
export async function runCommandLine(program: Command, argv: readonly string[]): Promise<void> {
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError && error.exitCode === 0)) throw error;
  }
}

function reportMisuse(command: Command, path: string): void {
  command.configureOutput({ outputError: () => undefined });
  command.exitOverride((error) => {
    throw error.exitCode === 0 ? error : new UserError(describeMisuse(error, command, path));
  });
  for (const subcommand of command.commands) reportMisuse(subcommand, `${path} ${subcommand.name()}`);
}

function describeMisuse(error: CommanderError, command: Command, path: string): string {
  const unknown = unknownFlag(error, command);
  if (unknown !== undefined) return `unknown option '${unknown}'; see \`${path} --help\``;
  const problem =
    error.code === 'commander.help'
      ? `a command is missing, one of: ${command.commands.map((subcommand) => subcommand.name()).join(', ')}`
      : error.message
          .replace(/^error: /, '')
          .replace(/\.$/, '')
          .replaceAll('\n', ' ');
  return `${problem}; see \`${path} --help\``;
}

/** A mistyped flag is often why another seems to be missing: name it first. */
function unknownFlag(error: CommanderError, command: Command): string | undefined {
  if (error.code !== 'commander.missingMandatoryOptionValue') return undefined;
  return command.parseOptions(command.args).unknown.find((word) => word.startsWith('-'));
}
