import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa, execaSync } from 'execa';
import { generateTrace, traceText } from '../../harness/trace/generate.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CLI = path.join(ROOT, 'dist/cli.js');

/** What a command line printed and how it ended. */
export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A user's repository with the router policy committed and a small trace beside it, in a temporary folder. */
export interface Workspace {
  readonly folder: string;
  readonly trace: string;
  /** The built command line. */
  readonly cli: string;
  run(...args: string[]): Finished;
  /** As `run`, while this process goes on: for a server in it. `signal` sends the command line a Ctrl-C. */
  runBeside(args: readonly string[], signal?: AbortSignal): Promise<Finished>;
  git(...args: string[]): string;
  write(file: string, text: string): string;
}

export function createWorkspace(): Workspace {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'autoresearch-e2e-')));
  const git = (...args: string[]) => execaSync('git', args, { cwd: folder }).stdout;
  const write = (file: string, text: string) => {
    writeFileSync(path.join(folder, file), text);
    return path.join(folder, file);
  };
  cpSync(path.join(ROOT, 'policies'), path.join(folder, 'policies'), { recursive: true });
  git('init', '--quiet', '--initial-branch', 'trunk');
  git('config', 'user.name', 'A User');
  git('config', 'user.email', 'user@example.com');
  git('add', '.');
  git('commit', '--quiet', '-m', 'begin');
  const trace = write('trace.jsonl', traceText(generateTrace({ seed: 5, durationMinutes: 2 })));
  write('.gitignore', 'trace.jsonl\n');
  git('add', '.gitignore');
  git('commit', '--quiet', '-m', 'ignore the trace');
  return {
    folder,
    trace,
    cli: CLI,
    git,
    write,
    run(...args) {
      const { exitCode, stdout, stderr } = execaSync('node', [CLI, ...args], { cwd: folder, reject: false });
      return { exitCode: exitCode ?? -1, stdout, stderr };
    },
    async runBeside(args, signal) {
      const running = execa('node', [CLI, ...args], { cwd: folder, reject: false });
      signal?.addEventListener('abort', () => running.kill('SIGINT'), { once: true });
      const { exitCode, stdout, stderr } = await running;
      return { exitCode: exitCode ?? -1, stdout, stderr };
    },
  };
}

/** Starts a command line and kills its whole process with SIGKILL as soon as `isTime` says so. */
export async function runAndKill(workspace: Workspace, args: string[], isTime: () => boolean): Promise<void> {
  const child = spawn('node', [CLI, ...args], { cwd: workspace.folder, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const timer = setInterval(() => {
    if (isTime()) child.kill('SIGKILL');
  }, 5);
  await ended;
  clearInterval(timer);
}
