import { textTable } from '../../src/text/text-table.ts';
import type { BenchOptions } from './bench-options.ts';
import { type DynosimFigures, runDynosim } from './dynosim-process.ts';
import { inFreshProcess } from './fresh-process.ts';
import type { SimulationFigures, SimulationJob } from './simulate-workload.ts';
import { least, median, spread } from './spread.ts';
import { openTraffic, type Traffic } from './traffic.ts';
import { dynosimArguments, GOALS, type Goal, type Workload } from './workloads.ts';

/** By then the compiler has optimised what is hot. */
const WARM_UPS = 20;
const RUNS = 40;

/** All that was measured of one workload, one entry per round. */
interface Measured {
  readonly fast: SimulationFigures[];
  readonly reference: SimulationFigures[];
  readonly dynosim: DynosimFigures[];
}

/** Simulations by the fast engine, the reference engine and the real DynoSim, interleaved. */
export async function benchSimulation(options: BenchOptions): Promise<void> {
  const goals = GOALS.filter(({ workload }) => options.workloads?.includes(workload.name) ?? true);
  const measured = new Map<string, Measured>();
  const traffics = new Map<string, Traffic>();
  for (const { workload } of goals) {
    measured.set(workload.name, { fast: [], reference: [], dynosim: [] });
    traffics.set(workload.traffic, openTraffic(workload.traffic, options.tracesFolder));
  }
  for (const [name, { description }] of traffics) console.log(`${name}: ${description}`);
  for (let round = 0; round < options.rounds; round++) {
    const peers = new Map<string, DynosimFigures>();
    for (const goal of goals) {
      const file = traffics.get(goal.workload.traffic)?.file ?? '';
      await measureOnce(goal, file, measured.get(goal.workload.name), peers, options);
    }
  }
  report(goals, measured);
}

async function measureOnce(
  { workload, against }: Goal,
  traceFile: string,
  measured: Measured | undefined,
  peers: Map<string, DynosimFigures>,
  { python, withReference }: BenchOptions,
): Promise<void> {
  measured?.fast.push(await runSimulator(workload, traceFile, 'fast'));
  if (withReference) measured?.reference.push(await runSimulator(workload, traceFile, 'reference'));
  if (python === undefined || against.kind !== 'dynosim') return;
  // Policies share one peer with the KV router.
  const args = [traceFile, ...dynosimArguments(workload)];
  const peer = peers.get(args.join(' ')) ?? (await runDynosim(python, args));
  peers.set(args.join(' '), peer);
  measured?.dynosim.push(peer);
}

/** The reference engine needs no warm-up: it runs for seconds. */
function runSimulator(workload: Workload, traceFile: string, simulator: SimulationJob['simulator']) {
  const counts = simulator === 'fast' ? { warmUps: WARM_UPS, runs: RUNS } : { warmUps: 0, runs: 0 };
  const job: SimulationJob = { workload, traceFile, simulator, ...counts };
  return inFreshProcess<SimulationFigures>('simulate-workload.ts', job);
}

function report(goals: readonly Goal[], measured: ReadonlyMap<string, Measured>): void {
  const head = [
    'minimum / median',
    'warm ms',
    'cold ms',
    'reference ms',
    'DynoSim ms',
    'peak MiB',
    'DynoSim MiB',
    'passes',
    'requests/s',
    'mean TTFT ms',
    'of DynoSim',
    'checksum',
  ];
  const rows = goals.map(({ workload: { name } }) => figuresOf(name, measured.get(name)));
  console.log(`\n${textTable([head, ...rows], { words: [0, 11] })}`);
  const ratios = goals.map((goal) => ratiosOf(goal, measured));
  console.log(
    textTable(
      [['times as fast', 'as the reference', 'as its peer, minima', 'medians', 'must', 'aim', ''], ...ratios],
      { words: [0, 6] },
    ),
  );
}

function figuresOf(name: string, measured: Measured | undefined): string[] {
  const { fast = [], reference = [], dynosim = [] } = measured ?? {};
  const [first] = fast;
  if (first === undefined) return [name];
  const warm = fast.flatMap(({ warmMs }) => warmMs);
  const checksums = new Set([...fast, ...reference].map(({ checksum }) => checksum));
  return [
    name,
    spread(warm, 1),
    spread(fast.map(({ coldMs }) => coldMs)),
    spread(reference.map(({ coldMs }) => coldMs)),
    spread(dynosim.map(({ simulationMs }) => simulationMs)),
    spread(fast.map(({ peakMiB }) => peakMiB)),
    spread(dynosim.map(({ peakMiB }) => peakMiB)),
    String(first.passes),
    Math.round((first.requests / least(warm)) * 1000).toLocaleString('en-US'),
    first.meanTtftMs.toFixed(2),
    dynosim[0]?.meanTtftMs.toFixed(2) ?? '',
    [...checksums].join(' DIFFERS FROM '),
  ];
}

function ratiosOf({ workload, against, must, aim }: Goal, measured: ReadonlyMap<string, Measured>): string[] {
  const { fast = [], reference = [], dynosim = [] } = measured.get(workload.name) ?? {};
  const warm = fast.flatMap(({ warmMs }) => warmMs);
  const peer =
    against.kind === 'dynosim'
      ? dynosim.map(({ simulationMs }) => simulationMs)
      : (measured.get(against.name)?.fast.flatMap(({ warmMs }) => warmMs) ?? []);
  const ratio = least(peer) / least(warm);
  const times = (value: number) => (Number.isFinite(value) ? `${value.toFixed(value < 2 ? 2 : 1)}×` : '');
  return [
    workload.name,
    times(least(reference.map(({ coldMs }) => coldMs)) / least(warm)),
    times(ratio),
    times(median(peer) / median(warm)),
    times(must),
    times(aim),
    Number.isFinite(ratio) ? verdict(ratio, must, aim) : '',
  ];
}

function verdict(ratio: number, must: number, aim: number): string {
  if (ratio >= aim) return 'reaches the aim';
  return ratio >= must ? 'reaches what it must' : 'TOO SLOW';
}
