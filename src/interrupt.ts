/** Work was ended early because the user asked for it. The command line exits with 128 + the signal's number. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

const asked = new AbortController();
let exitCode: number | undefined;
let tidyWorkers = 0;

/**
 * Runs work that ends tidily when interrupted: `signal` aborts, the work finishes what it must and returns. Then
 * Interrupted is thrown. A second interrupt doesn't wait. Outside such work the first one ends the process.
 */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  tidyWorkers++;
  try {
    const result = await work(asked.signal);
    if (asked.signal.aborted) throw new Interrupted('interrupted');
    return result;
  } finally {
    tidyWorkers--;
  }
}

/** The exit code that an interrupt asks for; undefined when there was none. */
export function interruptExitCode(): number | undefined {
  return exitCode;
}

/** Starts to listen for Ctrl-C and termination. `exit` ends the process. */
export function listenForInterrupts(exit: (code: number) => void): void {
  for (const [name, number] of Object.entries(SIGNAL_NUMBERS)) {
    process.on(name, () => {
      const isFirst = exitCode === undefined;
      exitCode ??= 128 + number;
      if (isFirst && tidyWorkers > 0) asked.abort();
      else exit(exitCode);
    });
  }
}

/**
 * Runs work that never waits for anything. No listener can run meanwhile, so an interrupt ends the process at once, as
 * it does by default.
 */
export function endedByInterrupts<Result>(work: () => Result): Result {
  const silenced = Object.keys(SIGNAL_NUMBERS).map((name) => {
    const listeners = process.listeners(name as NodeJS.Signals);
    process.removeAllListeners(name);
    return { name, listeners };
  });
  try {
    return work();
  } finally {
    for (const { name, listeners } of silenced) for (const listener of listeners) process.on(name, listener);
  }
}
