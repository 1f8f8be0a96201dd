import { Command } from 'commander';
import { type ReplayReport, type ReplayRun, runReplay } from '../../harness/index.ts';
import { cacheFolder } from '../config/cache-folder.ts';
import { endedByInterrupts } from '../interrupt.ts';
import { replayText } from '../report/replay-text.ts';
import { printableLine } from '../text/printable.ts';
import { type ReplayArguments, type ReplayOutput, replayArguments } from './replay-arguments.ts';
import { openFolderOf, reportPath, writeJsonLines } from './replay-files.ts';
import { addReplayFlags, type ReplayFlags } from './replay-flags.ts';
import { writeOutputFile } from './write-output-file.ts';

const EXAMPLES = `
Examples:
  $ autoresearch replay requests.jsonl --num-workers 8 --router-mode kv_router
  $ autoresearch replay requests.jsonl.gz --replay-concurrency 64 --report-jsonl records.jsonl
  $ autoresearch replay --input-tokens 3000 --output-tokens 150 --request-count 1000 --request-rate 20
  $ autoresearch replay requests.jsonl --extra-engine-args '{"num_gpu_blocks": 4096, "block_size": 64}' --json

Takes the command line of DynoSim 1.4.2 (python -m dynamo.replay) and gives the same figures.`;

export function replayCommand(): Command {
  return addReplayFlags(new Command('replay'))
    .description('replay a trace on simulated workers and report latencies and throughput, as DynoSim does')
    .addHelpText('after', EXAMPLES)
    .action((traces: readonly string[], flags: ReplayFlags) => replay(replayArguments(traces, flags)));
}

function replay({ request, output, cache, warnings }: ReplayArguments): void {
  warn(warnings);
  const files = filesOf(output);
  const run = endedByInterrupts(() => runReplay(request, { cacheFolder: cache ? cacheFolder() : undefined }));
  warn(run.warnings);
  const report = withHostSpeed(run);
  if (files.records !== undefined) writeJsonLines(files.records, run.records());
  if (files.report !== undefined) {
    writeOutputFile(files.report, `${JSON.stringify(sortedByKey(report), undefined, 2)}\n`, true);
  }
  if (output.json) {
    process.stdout.write(`${JSON.stringify({ ...sortedByKey(report), autoresearch: run.insight })}\n`);
    return;
  }
  process.stdout.write(replayText(run));
  if (files.report !== undefined)
    process.stdout.write(`Saved full report to: ${printableLine(files.report)}\n`);
  if (files.records !== undefined)
    process.stdout.write(`Saved records to: ${printableLine(files.records)}\n`);
}

interface OutputFiles {
  readonly report: string | undefined;
  readonly records: string | undefined;
}

/** Folders are made before the simulation: what can't be written should not cost a replay. */
function filesOf({ reportJson, reportJsonl, json }: ReplayOutput): OutputFiles {
  const report = json && reportJson === undefined ? undefined : reportPath(reportJson, new Date());
  for (const file of [report, reportJsonl]) if (file !== undefined) openFolderOf(file);
  return { report, records: reportJsonl };
}

interface HostSpeed {
  readonly wall_time_ms: number;
  readonly processed_tokens_per_s: number;
  readonly processed_output_tokens_per_s: number;
}

/** DynoSim's report also says how fast the host was. */
function withHostSpeed({ report, wallMs }: ReplayRun): ReplayReport & HostSpeed {
  const seconds = Math.max(wallMs / 1000, 1e-9);
  return {
    ...report,
    wall_time_ms: wallMs,
    processed_tokens_per_s: report.processed_tokens / seconds,
    processed_output_tokens_per_s: report.total_output_tokens / seconds,
  };
}

function sortedByKey(report: ReplayReport): Record<string, number> {
  return Object.fromEntries(Object.entries(report).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function warn(warnings: readonly string[]): void {
  for (const warning of warnings) process.stderr.write(`warning: ${printableLine(warning, 400)}\n`);
}
