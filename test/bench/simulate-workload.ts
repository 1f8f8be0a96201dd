import { createHash } from 'node:crypto';
import { engineNamed } from '../../harness/engines/engine.ts';
import {
  DEFAULT_ENGINE,
  DEFAULT_KV_ROUTER,
  type RouterSpec,
  type SimulationSpec,
} from '../../harness/sim/config.ts';
import { createInit } from '../../harness/sim/policy-init.ts';
import { simulate } from '../../harness/sim/simulate.ts';
import type { SimulationResult } from '../../harness/sim/simulation-result.ts';
import { passTiming } from '../../harness/sim/timing-spec.ts';
import { compileRequests } from '../../harness/trace/compile-requests.ts';
import { readMooncake } from '../../harness/trace/mooncake.ts';
import predictedLatency from '../../policies/router/baselines/predicted-latency.ts';
import kvDefault from '../../policies/router/policy.ts';
import { simulateByTheBook } from '../reference-engine/simulate-by-the-book.ts';
import type { Workload } from './workloads.ts';

/** What one process is to do. */
export interface SimulationJob {
  readonly workload: Workload;
  readonly traceFile: string;
  readonly simulator: 'fast' | 'reference';
  /** Simulations before the timed ones; the first of all is the cold one. */
  readonly warmUps: number;
  readonly runs: number;
}

export interface SimulationFigures {
  /** The first simulation of the process. */
  readonly coldMs: number;
  readonly coldCpuMs: number;
  /** Later ones, and the processor time they took. */
  readonly warmMs: readonly number[];
  readonly warmCpuMs: readonly number[];
  /** Largest resident size of the process, reading the trace included. */
  readonly peakMiB: number;
  readonly requests: number;
  readonly passes: number;
  readonly meanTtftMs: number;
  /** Of every decision and every time: equal figures mean equal work. */
  readonly checksum: string;
}

const job: SimulationJob = JSON.parse(process.argv[2] ?? '');
const { workload } = job;
const columns = compileRequests(readMooncake(job.traceFile), {
  blockSize: workload.blockSize,
  load: workload.load.kind,
});
const simulator = job.simulator === 'fast' ? simulate : simulateByTheBook;

/** Policies and random numbers start anew with every simulation. */
function createSpec(): SimulationSpec {
  const engine = { ...DEFAULT_ENGINE, blockSize: workload.blockSize };
  const timing = passTiming(engineNamed(workload.engine).timing);
  const { workers, load } = workload;
  const init = createInit({ ...engine, workers, seed: 1, params: {}, timing });
  const routers: Record<Workload['router'], () => RouterSpec> = {
    'round-robin': () => ({ kind: 'round-robin' }),
    kv: () => ({ kind: 'kv', config: DEFAULT_KV_ROUTER, tieBreak: { kind: 'lowest-id' } }),
    'kv-policy': () => ({ kind: 'policy', policy: kvDefault(init) }),
    'expected-latency-policy': () => ({ kind: 'policy', policy: predictedLatency(init) }),
  };
  return {
    engine,
    timing,
    workers,
    router: routers[workload.router](),
    load,
    maxSimTimeMs: Number.POSITIVE_INFINITY,
  };
}

function timed(): { readonly ms: number; readonly cpuMs: number; readonly result: SimulationResult } {
  const spec = createSpec();
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const result = simulator(columns, spec);
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000, result };
}

function checksumOf({ outcomes, placementOrder }: SimulationResult): string {
  const hash = createHash('sha256');
  for (const column of [outcomes.worker, outcomes.firstTokenMs, outcomes.endMs, placementOrder]) {
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
  return hash.digest('hex').slice(0, 12);
}

function meanTtftMs({ outcomes }: SimulationResult): number {
  const ttfts = outcomes.firstTokenMs.map((token, request) => token - (outcomes.arrivalMs[request] ?? 0));
  const known = ttfts.filter((ttft) => !Number.isNaN(ttft));
  return known.reduce((sum, ttft) => sum + ttft, 0) / known.length;
}

const cold = timed();
for (let run = 0; run < job.warmUps; run++) timed();
const warm = Array.from({ length: job.runs }, () => {
  const { ms, cpuMs } = timed();
  return { ms, cpuMs };
});
const figures: SimulationFigures = {
  coldMs: cold.ms,
  coldCpuMs: cold.cpuMs,
  warmMs: warm.map(({ ms }) => ms),
  warmCpuMs: warm.map(({ cpuMs }) => cpuMs),
  peakMiB: process.resourceUsage().maxRSS / 1024,
  requests: columns.count,
  passes: cold.result.passes,
  meanTtftMs: meanTtftMs(cold.result),
  checksum: checksumOf(cold.result),
};
process.stdout.write(JSON.stringify(figures));
