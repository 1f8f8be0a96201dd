import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { caseTraceText, commandArguments, type ReplayCase } from './replay-case.ts';
import { failedOutcome, type ReplayOutcome, tidyRecord, withoutHostKeys } from './replay-outcome.ts';

const DRIVER = fileURLToPath(new URL('drive_dynosim.py', import.meta.url));
const PATIENCE_MS = 120_000;

type Answer = { readonly error: string | null } | { readonly crash: string };

/** The real DynoSim: one Python process that replays one case after another, started anew when it dies or hangs. */
export class DynoSim {
  readonly folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'autoresearch-parity-'));
  readonly #python: string;
  #child: ChildProcess | undefined;
  #answers: AsyncIterator<string> | undefined;

  constructor(python: string) {
    this.#python = python;
  }

  get tracePath(): string {
    return path.join(this.folder, 'trace.jsonl');
  }

  /** Writes the case's trace where both programs read it, and returns the arguments that name it. */
  prepare(replayCase: ReplayCase): string[] {
    if (replayCase.rows !== null) writeFileSync(this.tracePath, caseTraceText(replayCase.rows));
    return commandArguments(replayCase, this.tracePath);
  }

  async replay(args: readonly string[]): Promise<ReplayOutcome> {
    const report = path.join(this.folder, 'report.json');
    const records = path.join(this.folder, 'requests.jsonl');
    const isTrace = args[0] === this.tracePath;
    const outputs = ['--report-json', report, ...(isTrace ? ['--report-jsonl', records] : [])];
    const answer = await this.#ask([...args, ...outputs]);
    if ('crash' in answer) return { kind: 'crashed', message: answer.crash };
    if (answer.error !== null) return failedOutcome(answer.error);
    return {
      kind: 'ran',
      report: withoutHostKeys(JSON.parse(readFileSync(report, 'utf8'))),
      records: isTrace ? readRecords(records) : null,
    };
  }

  close(): void {
    this.#stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #ask(args: readonly string[]): Promise<Answer> {
    const answers = this.#start();
    this.#child?.stdin?.write(`${JSON.stringify(args)}\n`);
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), PATIENCE_MS);
    });
    const line = await Promise.race([answers.next(), tooLong]);
    clearTimeout(timer);
    if (line !== 'late' && line.done !== true) return JSON.parse(line.value);
    this.#stop();
    return { crash: line === 'late' ? `no answer within ${PATIENCE_MS / 1000} s` : 'the process died' };
  }

  #start(): AsyncIterator<string> {
    if (this.#answers !== undefined) return this.#answers;
    const child = spawn(this.#python, [DRIVER], {
      stdio: ['pipe', 'pipe', 'ignore'],
      cwd: this.folder,
      env: { ...process.env, DYN_LOG: 'error' },
    });
    child.stdin.on('error', () => {});
    this.#child = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return this.#answers;
  }

  #stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
    this.#answers = undefined;
  }
}

function readRecords(file: string) {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => tidyRecord(JSON.parse(line)));
}
