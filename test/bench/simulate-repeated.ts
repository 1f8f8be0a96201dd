import { DEFAULT_ENGINE } from '../../harness/sim/config.ts';
import { polynomialTiming } from '../../harness/sim/polynomial-timing.ts';
import type { RequestColumns } from '../../harness/sim/request-columns.ts';
import { simulate } from '../../harness/sim/simulate.ts';
import type { SimulationResult } from '../../harness/sim/simulation-result.ts';
import { compileRequests } from '../../harness/trace/compile-requests.ts';
import { readMooncake } from '../../harness/trace/mooncake.ts';
import { repeatRequests } from './repeat-requests.ts';

export interface RepeatedJob {
  readonly traceFile: string;
  readonly blockSize: number;
  readonly times: number;
}

export interface RepeatedFigures {
  readonly requests: number;
  readonly passes: number;
  readonly ms: number;
  readonly peakMiB: number;
}

const WARM_UPS = 4;
/** Between the last arrival of one time and the first of the next. */
const PAUSE_MS = 10_000;

function simulateAll(requests: RequestColumns, blockSize: number): SimulationResult {
  return simulate(requests, {
    engine: { ...DEFAULT_ENGINE, blockSize },
    timing: polynomialTiming(),
    workers: 8,
    router: { kind: 'round-robin' },
    load: { kind: 'open', speedup: 1 },
    maxSimTimeMs: Number.POSITIVE_INFINITY,
  });
}

const { traceFile, blockSize, times }: RepeatedJob = JSON.parse(process.argv[2] ?? '');
const once = compileRequests(readMooncake(traceFile), { blockSize });
for (let run = 0; run < WARM_UPS; run++) simulateAll(once, blockSize);
const periodMs = PAUSE_MS + once.arrivalMs.reduce((latest, arrival) => Math.max(latest, arrival), 0);
const requests = repeatRequests(once, times, periodMs);
const startedAt = performance.now();
const { passes } = simulateAll(requests, blockSize);
const figures: RepeatedFigures = {
  requests: requests.count,
  passes,
  ms: performance.now() - startedAt,
  peakMiB: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(JSON.stringify(figures));
