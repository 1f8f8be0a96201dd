import { hideSecrets } from './hide-secrets.ts';

export interface EndedCommand {
  readonly kind: 'ended';
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  /** Without the keys of our environment, which the command has too. */
  readonly stdout: string;
  readonly stderr: string;
}

type CommandResult = EndedCommand | { readonly kind: 'problem'; readonly problem: string };

interface CommandErrand {
  readonly folder: string;
  readonly input: string;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

const MOST_OUTPUT_CHARACTERS = 1_000_000;

/**
 * Runs a command of the user's in a folder. It and what it started are killed at the deadline, when it prints too
 * much, and when `signal` aborts, which alone makes this reject; nothing of it is left when this returns.
 */
export async function runCommand(
  command: string,
  { folder, input, deadlineMs, signal }: CommandErrand,
): Promise<CommandResult> {
  const { execa } = await import('execa');
  signal.throwIfAborted();
  // A process group of its own, so that all of it can be killed.
  const running = execa(command, {
    shell: true,
    cwd: folder,
    input,
    detached: true,
    reject: false,
    maxBuffer: MOST_OUTPUT_CHARACTERS,
    stripFinalNewline: false,
  });
  const kill = () => killGroup(running.pid);
  let timedOut = false;
  const deadline = setTimeout(() => {
    timedOut = true;
    kill();
  }, deadlineMs);
  signal.addEventListener('abort', kill, { once: true });
  // A child of the command that keeps its output open must not keep us waiting.
  running.once('exit', kill);
  try {
    const result = await running;
    signal.throwIfAborted();
    if (timedOut) return problem(`the command did not end within ${Math.round(deadlineMs / 1000)} s`);
    if (result.isMaxBuffer)
      return problem(`the command printed more than ${MOST_OUTPUT_CHARACTERS} characters`);
    const { exitCode, stdout, stderr } = result;
    return { kind: 'ended', exitCode, stdout: hideSecrets(stdout), stderr: hideSecrets(stderr) };
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', kill);
    kill();
  }
}

function problem(text: string): CommandResult {
  return { kind: 'problem', problem: text };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}
