import { readFileSync } from 'node:fs';
import { createProgram, runCommandLine } from './commands/program.ts';
import { exitReport } from './exit-report.ts';
import { interruptExitCode, listenForInterrupts } from './interrupt.ts';

/** The entry point: the only module that reads argv and ends the process. */
async function main(): Promise<number> {
  try {
    await runCommandLine(createProgram(packageVersion()), process.argv.slice(2));
    return interruptExitCode() ?? 0;
  } catch (error) {
    return report(error);
  }
}

/** Tells the user and returns the exit code. */
function report(error: unknown): number {
  const { code, message } = exitReport(error, process.env['AUTORESEARCH_DEBUG'] !== undefined);
  if (message !== undefined) process.stderr.write(`${message}\n`);
  return interruptExitCode() ?? code;
}

function packageVersion(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}

/** A reader that has seen enough (`| head`) is no failure. */
function endQuietlyWithoutReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

endQuietlyWithoutReader(process.stdout);
endQuietlyWithoutReader(process.stderr);
process.on('uncaughtException', (error) => process.exit(report(error)));
listenForInterrupts((code) => process.exit(code));
const exitCode = await main();
process.stdout.write('', () => process.exit(exitCode));
