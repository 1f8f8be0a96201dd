import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { commandArguments, type ReplayCase } from './replay-case.ts';
import type { ReplayRecord, SummaryReport } from './replay-outcome.ts';

const GOLDENS = fileURLToPath(new URL('../../../shared/goldens/vllm', import.meta.url));
const TRACES = fileURLToPath(new URL('../../../shared/traces', import.meta.url));

/** Recorded output of the real DynoSim for one command line. */
export interface Golden {
  readonly name: string;
  readonly isKv: boolean;
  readonly report: SummaryReport;
  /** Null where only the report was kept. */
  readonly records: readonly ReplayRecord[] | null;
  /** Command line arguments, with the trace written into `folder`. */
  argumentsIn(folder: string): string[];
}

/** A case of a fuzz corpus: a golden in one line, with part of the report, or a dead end. */
export interface FuzzCase {
  readonly replayCase: ReplayCase;
  readonly isKv: boolean;
  readonly expected:
    | { readonly kind: 'ran'; readonly report: SummaryReport; readonly records: readonly ReplayRecord[] }
    | { readonly kind: 'dead-end' };
}

export const hasGoldens = existsSync(GOLDENS);

export function goldenNames(): string[] {
  return foldersWith((config) => config.kind !== 'fuzz');
}

export function fuzzCorpusNames(): string[] {
  return foldersWith((config) => config.kind === 'fuzz');
}

interface GoldenConfig {
  readonly kind?: string;
  readonly args: readonly string[];
  readonly trace: {
    readonly inline?: string;
    readonly file?: string;
    readonly first_lines?: number | null;
  } | null;
}

function foldersWith(condition: (config: GoldenConfig) => boolean): string[] {
  if (!hasGoldens) return [];
  const folders = readdirSync(GOLDENS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map((entry) => entry.name).filter((name) => condition(readConfig(name)));
}

function readConfig(name: string): GoldenConfig {
  return JSON.parse(readFileSync(path.join(GOLDENS, name, 'config.json'), 'utf8'));
}

export function readGolden(name: string): Golden {
  const { args, trace } = readConfig(name);
  const recordsFile = path.join(GOLDENS, name, 'requests.jsonl.gz');
  return {
    name,
    isKv: args.includes('kv_router'),
    report: JSON.parse(readFileSync(path.join(GOLDENS, name, 'report.json'), 'utf8')),
    records: existsSync(recordsFile) ? readJsonLines<ReplayRecord>(recordsFile) : null,
    argumentsIn(folder) {
      if (trace === null) return [...args];
      const file = path.join(folder, 'trace.jsonl');
      writeFileSync(file, traceText(name, trace));
      return args.map((argument) => (argument === 'TRACE' ? file : argument));
    },
  };
}

function traceText(name: string, trace: NonNullable<GoldenConfig['trace']>): string {
  if (trace.inline !== undefined) return readFileSync(path.join(GOLDENS, name, trace.inline), 'utf8');
  const text = gunzipSync(readFileSync(path.join(TRACES, `${trace.file}.gz`))).toString('utf8');
  if (typeof trace.first_lines !== 'number') return text;
  return `${text.split('\n').slice(0, trace.first_lines).join('\n')}\n`;
}

interface FuzzLine extends Pick<ReplayCase, 'rows' | 'engine'> {
  readonly workers: number;
  readonly mode?: string;
  readonly router?: ReplayCase['router'];
  readonly kw: Readonly<Record<string, number>>;
  readonly error?: string;
  readonly records: readonly ReplayRecord[];
  readonly report: SummaryReport;
}

export function readFuzzCorpus(name: string): FuzzCase[] {
  return readJsonLines<FuzzLine>(path.join(GOLDENS, name, 'cases.jsonl.gz')).map((line) => {
    const { rows, engine, router = {}, workers, mode = 'round_robin', kw, error, records, report } = line;
    const options = Object.entries(kw).map(([key, value]) => [key.replaceAll('_', '-'), value]);
    const flags = { 'num-workers': workers, 'router-mode': mode, ...Object.fromEntries(options) };
    return {
      replayCase: { rows, flags, engine, router },
      isKv: mode === 'kv_router',
      expected: error === undefined ? { kind: 'ran', report, records } : { kind: 'dead-end' },
    };
  });
}

/** Arguments of a fuzz case, with its rows written into `folder`. */
export function fuzzArguments(replayCase: ReplayCase, folder: string): string[] {
  const file = path.join(folder, 'trace.jsonl');
  writeFileSync(file, (replayCase.rows ?? []).map((row) => JSON.stringify(row)).join('\n'));
  return commandArguments(replayCase, file);
}

function readJsonLines<T>(file: string): T[] {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}
