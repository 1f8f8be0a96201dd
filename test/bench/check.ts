import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { textTable } from '../../src/text/text-table.ts';
import { inFreshProcess } from './fresh-process.ts';
import committed from './ratios.json' with { type: 'json' };
import type { SimulationFigures, SimulationJob } from './simulate-workload.ts';
import { least } from './spread.ts';
import { openTraffic } from './traffic.ts';
import { CHECKED, type Workload } from './workloads.ts';

const ROUNDS = 3;
/** A ratio may drop to this share of the committed one. */
const TOLERATED_SHARE = 2 / 3;
const COMMITTED: Readonly<Record<string, number>> = committed;

interface Checked {
  readonly name: string;
  readonly fast: SimulationFigures[];
  readonly reference: SimulationFigures[];
}

/**
 * Whether the fast engine is still about as many times faster than the reference engine as the committed ratios say, on
 * generated traffic, by processor time. Equal work is part of it.
 */
export async function checkRatios(): Promise<boolean> {
  const checked = await measure();
  const rows = checked.map((each) => verdictOn(each));
  console.log(
    textTable(
      [
        ['minimum of processor ms', 'fast', 'reference', 'ratio', 'committed', 'checksum', ''],
        ...rows.map(({ cells }) => cells),
      ],
      { words: [0, 5, 6] },
    ),
  );
  return rows.every(({ isGood }) => isGood);
}

/** Writes the ratios of this machine, now, as those to hold. */
export async function recordRatios(): Promise<void> {
  const ratios = Object.fromEntries(
    (await measure()).map((each) => [each.name, Number(ratioOf(each).toFixed(1))]),
  );
  writeFileSync(path.join(import.meta.dirname, 'ratios.json'), `${JSON.stringify(ratios, undefined, 2)}\n`);
  console.log(JSON.stringify(ratios));
}

async function measure(): Promise<Checked[]> {
  const { file } = openTraffic('generated', '');
  const checked = CHECKED.map((workload) => ({ workload, name: workload.name, fast: [], reference: [] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { workload, fast, reference } of checked as (Checked & { readonly workload: Workload })[]) {
      fast.push(await run({ workload, traceFile: file, simulator: 'fast', warmUps: 20, runs: 20 }));
      reference.push(await run({ workload, traceFile: file, simulator: 'reference', warmUps: 0, runs: 1 }));
    }
  }
  return checked;
}

function run(job: SimulationJob): Promise<SimulationFigures> {
  return inFreshProcess<SimulationFigures>('simulate-workload.ts', job);
}

function cpuMs(figures: readonly SimulationFigures[]): number {
  return least(figures.flatMap(({ warmCpuMs }) => warmCpuMs));
}

function ratioOf({ fast, reference }: Checked): number {
  return cpuMs(reference) / cpuMs(fast);
}

function verdictOn(checked: Checked): { readonly isGood: boolean; readonly cells: string[] } {
  const { name, fast, reference } = checked;
  const ratio = ratioOf(checked);
  const wanted = COMMITTED[name] ?? Number.NaN;
  const checksums = [...new Set([...fast, ...reference].map(({ checksum }) => checksum))];
  const isFast = ratio >= wanted * TOLERATED_SHARE;
  const isEqual = checksums.length === 1;
  return {
    isGood: isFast && isEqual,
    cells: [
      name,
      cpuMs(fast).toFixed(1),
      cpuMs(reference).toFixed(0),
      `${ratio.toFixed(1)}×`,
      `${wanted.toFixed(1)}×`,
      checksums.join(' '),
      isFast ? (isEqual ? 'ok' : 'DIFFERENT RESULTS') : 'SLOWER',
    ],
  };
}
