/** A row of a Mooncake trace file, as fuzzing writes it. */
export interface CaseRow {
  readonly session_id?: string;
  readonly timestamp?: number;
  readonly delay?: number;
  readonly input_length?: number;
  readonly output_length: number;
  readonly hash_ids: readonly number[];
}

type Setting = string | number | boolean | null;

/** One command line and its trace: what both programs are given. */
export interface ReplayCase {
  /** Rows of the trace; null where the flags describe a synthetic workload. */
  readonly rows: readonly CaseRow[] | null;
  /** Flags by name without the dashes. */
  readonly flags: Readonly<Record<string, string | number>>;
  /** What `--extra-engine-args` holds. */
  readonly engine: Readonly<Record<string, Setting>>;
  /** What `--router-config` holds; left out when empty. */
  readonly router: Readonly<Record<string, Setting>>;
}

/** Command line arguments of a case whose trace is at `tracePath`. */
export function commandArguments(replayCase: ReplayCase, tracePath: string): string[] {
  const { rows, flags, engine, router } = replayCase;
  const args = rows === null ? [] : [tracePath];
  for (const [name, value] of Object.entries(flags)) args.push(`--${name}`, String(value));
  if (Object.keys(router).length > 0) args.push('--router-config', JSON.stringify(router));
  if (Object.keys(engine).length > 0) args.push('--extra-engine-args', JSON.stringify(engine));
  return args;
}

/** The case's trace as a Mooncake file. */
export function caseTraceText(rows: readonly CaseRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** A script that shows the case on both programs; long traces are left to be written from `rows`. */
export function shellScript(replayCase: ReplayCase): string {
  const trace = 'case.jsonl';
  const line = commandArguments(replayCase, trace).map(shellQuoted).join(' ');
  const file =
    replayCase.rows === null ? '' : `cat > ${trace} <<'EOF'\n${caseTraceText(replayCase.rows)}EOF\n`;
  const jsonl = replayCase.rows === null ? '' : ' --report-jsonl';
  const outputs = (side: string) =>
    `--report-json ${side}.json${jsonl === '' ? '' : `${jsonl} ${side}.jsonl`}`;
  return `${file}autoresearch replay ${line} ${outputs('ours')}\npython -m dynamo.replay ${line} ${outputs('theirs')}\n`;
}

function shellQuoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
