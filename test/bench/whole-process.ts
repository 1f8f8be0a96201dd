import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { textTable } from '../../src/text/text-table.ts';
import type { BenchOptions } from './bench-options.ts';
import { type DynosimFigures, runDynosim } from './dynosim-process.ts';
import { least, median, spread } from './spread.ts';
import { openTraffic } from './traffic.ts';

const CLI = path.resolve(import.meta.dirname, '../../dist/cli.js');
const REPORT_PEAK = path.join(import.meta.dirname, 'report-peak.mjs');

/** Command lines that both programs understand. */
const CASES = [
  { name: 'round robin', flags: ['--num-workers', '8'] },
  { name: 'KV router', flags: ['--num-workers', '8', '--router-mode', 'kv_router'] },
] as const;

const GOALS = { cold: { must: 8, aim: 12 }, compiled: { must: 12, aim: 20 } } as const;

interface Measured {
  readonly coldMs: number[];
  readonly compiledMs: number[];
  readonly peakMiB: number[];
  readonly dynosim: DynosimFigures[];
}

/** From the command line to its end: a plain JSONL file in, a report file out. */
export async function benchWholeProcess({ rounds, tracesFolder, python }: BenchOptions): Promise<void> {
  const { file, description } = openTraffic('conversation', tracesFolder);
  console.log(`conversation: ${description}`);
  const folder = mkdtempSync(path.join(tmpdir(), 'autoresearch-bench-'));
  const measured = CASES.map(({ name, flags }) => ({
    name,
    args: [file, ...flags],
    figures: { coldMs: [], compiledMs: [], peakMiB: [], dynosim: [] } as Measured,
  }));
  try {
    for (let round = 0; round < rounds; round++) {
      for (const { args, figures } of measured) {
        rmSync(path.join(folder, 'cache'), { recursive: true, force: true });
        figures.coldMs.push(await replay(args, folder));
        figures.compiledMs.push(await replay(args, folder));
        figures.peakMiB.push(await peakOfReplay([...args, '--no-cache'], folder));
        if (python !== undefined) figures.dynosim.push(await runDynosim(python, args));
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const head = ['minimum / median', 'cold ms', 'compiled ms', 'DynoSim ms', 'peak MiB', 'DynoSim MiB'];
  console.log(`\n${textTable([head, ...measured.map(({ name, figures }) => row(name, figures))])}`);
  if (python === undefined) return;
  const ratios = measured.flatMap(({ name, figures }) => ratioRows(name, figures));
  console.log(textTable([['times as fast', 'minima', 'medians', 'must', 'aim'], ...ratios]));
}

/** Milliseconds. */
async function replay(args: readonly string[], folder: string): Promise<number> {
  const startedAt = performance.now();
  await runCli([], args, folder);
  return performance.now() - startedAt;
}

async function peakOfReplay(args: readonly string[], folder: string): Promise<number> {
  await runCli(['--import', REPORT_PEAK], args, folder);
  return Number(readFileSync(path.join(folder, 'peak'), 'utf8')) / 1024;
}

async function runCli(nodeFlags: readonly string[], args: readonly string[], folder: string): Promise<void> {
  const report = ['--report-json', path.join(folder, 'report.json')];
  await execa(process.execPath, [...nodeFlags, CLI, 'replay', ...args, ...report], {
    env: {
      AUTORESEARCH_CACHE: path.join(folder, 'cache'),
      BENCH_PEAK_FILE: path.join(folder, 'peak'),
    },
  });
}

function row(name: string, { coldMs, compiledMs, peakMiB, dynosim }: Measured): string[] {
  return [
    name,
    spread(coldMs),
    spread(compiledMs),
    spread(dynosim.map(({ processMs }) => processMs)),
    spread(peakMiB),
    spread(dynosim.map((each) => each.peakMiB)),
  ];
}

function ratioRows(name: string, { coldMs, compiledMs, dynosim }: Measured): string[][] {
  const peer = dynosim.map(({ processMs }) => processMs);
  const times = (value: number) => `${value.toFixed(1)}×`;
  return (
    [
      ['cold', coldMs],
      ['compiled', compiledMs],
    ] as const
  ).map(([cache, ms]) => [
    `${name}, ${cache} cache`,
    times(least(peer) / least(ms)),
    times(median(peer) / median(ms)),
    times(GOALS[cache].must),
    times(GOALS[cache].aim),
  ]);
}
