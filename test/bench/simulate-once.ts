import { createHash } from 'node:crypto';
import type { Policy } from '../../harness/contract/index.ts';
import { DEFAULT_ENGINE, DEFAULT_KV_ROUTER, type RouterSpec } from '../../harness/sim/config.ts';
import { createInit } from '../../harness/sim/policy-init.ts';
import { polynomialTiming } from '../../harness/sim/polynomial-timing.ts';
import { simulate } from '../../harness/sim/simulate.ts';
import { compileRequests } from '../../harness/trace/compile-requests.ts';
import { generateTrace, traceText } from '../../harness/trace/generate.ts';
import { parseMooncake } from '../../harness/trace/mooncake.ts';
import kvDefault from '../../policies/router/baselines/kv-default.ts';
import predictedLatency from '../../policies/router/baselines/predicted-latency.ts';

export interface SimulationTiming {
  readonly ms: number;
  readonly peakMiB: number;
  readonly requests: number;
  readonly passes: number;
  /** Of every decision and end time: equal figures mean equal work. */
  readonly checksum: string;
}

const WORKERS = 8;
const SPEEDUP = 5;
const engine = { ...DEFAULT_ENGINE, blockSize: 512, numGpuBlocks: 4000 };
const timing = polynomialTiming();

function routerNamed(name: string): RouterSpec {
  if (name === 'round-robin') return { kind: 'round-robin' };
  if (name === 'kv') return { kind: 'kv', config: DEFAULT_KV_ROUTER, tieBreak: { kind: 'lowest-id' } };
  const init = createInit({ ...engine, workers: WORKERS, seed: 1, params: {}, timing });
  const policy: Policy = name === 'kv-default' ? kvDefault(init) : predictedLatency(init);
  return { kind: 'policy', policy };
}

const rows = generateTrace({ seed: 1, durationMinutes: 60 });
const columns = compileRequests(parseMooncake(traceText(rows), 'hour.jsonl'), {
  blockSize: engine.blockSize,
});
const router = routerNamed(process.argv[2] ?? 'round-robin');
const startedAt = performance.now();
const result = simulate(columns, {
  engine,
  timing,
  workers: WORKERS,
  router,
  load: { kind: 'open', speedup: SPEEDUP },
  maxSimTimeMs: Number.POSITIVE_INFINITY,
});
const ms = performance.now() - startedAt;
const { worker, endMs } = result.outcomes;
const checksum = createHash('sha256')
  .update(Buffer.from(worker.buffer))
  .update(Buffer.from(endMs.buffer))
  .digest('hex');
const figures: SimulationTiming = {
  ms,
  peakMiB: process.resourceUsage().maxRSS / 1024,
  requests: columns.count,
  passes: result.passes,
  checksum: checksum.slice(0, 12),
};
process.stdout.write(JSON.stringify(figures));
