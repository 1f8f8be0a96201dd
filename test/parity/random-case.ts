import { generateTrace } from '../../harness/trace/generate.ts';
import { Draw } from './draw.ts';
import { randomTrace } from './random-trace.ts';
import type { CaseRow, ReplayCase } from './replay-case.ts';

type Settings = ReplayCase['engine'];
type Flags = Record<string, string | number>;

const FAMILIES = ['tiny round robin', 'tiny KV router', 'generated trace', 'synthetic workload'] as const;
export type Family = (typeof FAMILIES)[number];

/** Out of ten cases: four tiny with each router, one realistic slice, one synthetic workload. */
const SCHEDULE: readonly Family[] = [
  'tiny round robin',
  'tiny KV router',
  'tiny round robin',
  'tiny KV router',
  'generated trace',
  'tiny round robin',
  'tiny KV router',
  'synthetic workload',
  'tiny round robin',
  'tiny KV router',
];

/** The `index`-th case of a random matrix; it depends on nothing but the seed and the index. */
export function randomCase(seed: number, index: number): { family: Family; replayCase: ReplayCase } {
  const draw = new Draw(Math.imul(seed, 0x9e3779b1) + Math.imul(index, 0x85ebca6b));
  const family = SCHEDULE[index % SCHEDULE.length] as Family;
  switch (family) {
    case 'tiny round robin':
      return { family, replayCase: tinyCase(draw, 'round_robin') };
    case 'tiny KV router':
      return { family, replayCase: tinyCase(draw, 'kv_router') };
    case 'generated trace':
      return { family, replayCase: generatedCase(draw) };
    case 'synthetic workload':
      return { family, replayCase: syntheticCase(draw) };
  }
}

/** A handful of requests on engines so small that every limit is met. */
function tinyCase(draw: Draw, routerMode: 'round_robin' | 'kv_router'): ReplayCase {
  const isKv = routerMode === 'kv_router';
  const blockSize = draw.oneOf(2, 2, 3, 4, 4, 5, 8, 16);
  const traceBlockSize = draw.chance(0.5) ? blockSize * draw.between(1, 4) : draw.between(2, 20);
  const isClosedLoop = draw.chance(0.35);
  const rows = randomTrace(draw, {
    traceBlockSize,
    maxRows: draw.oneOf(6, 12, 30),
    maxBlocks: draw.between(2, 7),
    maxOutput: draw.oneOf(3, 12, 30),
    isClosedLoop,
  });
  return {
    rows,
    flags: {
      'trace-block-size': traceBlockSize,
      'num-workers': isKv ? draw.between(2, 4) : draw.oneOf(1, 1, 2, 3, 4),
      'router-mode': routerMode,
      ...loadFlags(draw, isClosedLoop, draw.between(1, 6)),
      ...capFlag(draw, 0.1, 0.6),
      ...slaFlags(draw, 60, 30),
    },
    engine: tinyEngine(draw, rows, blockSize, traceBlockSize),
    router: isKv ? routerConfig(draw, [0, 0.5, 1, 2]) : {},
  };
}

function tinyEngine(
  draw: Draw,
  rows: readonly CaseRow[],
  blockSize: number,
  traceBlockSize: number,
): Settings {
  const largest = Math.max(
    ...rows.map((row) => Math.ceil((promptTokens(row, traceBlockSize) + row.output_length) / blockSize)),
  );
  const pool = draw.chance(0.06) ? draw.between(2, largest) : largest + draw.oneOf(0, 1, 4, 10, 40, 200);
  return {
    num_gpu_blocks: Math.max(1, pool),
    block_size: blockSize,
    ...draw.some({ max_num_seqs: draw.oneOf(1, 2, 3, 5, 8) }, 0.6),
    ...draw.some({ max_num_batched_tokens: draw.oneOf(3, 8, 16, 33, 64, 200) }, 0.7),
    ...commonEngine(draw),
    ...draw.some({ max_model_len: draw.between(10, 120) }, 0.07),
  };
}

function promptTokens({ input_length: length, hash_ids: ids }: CaseRow, traceBlockSize: number): number {
  const capacity = ids.length * traceBlockSize;
  return Math.min(length ?? capacity, capacity);
}

function commonEngine(draw: Draw): Settings {
  return {
    ...draw.some({ enable_prefix_caching: false }, 0.15),
    ...draw.some({ enable_chunked_prefill: false }, 0.15),
    ...draw.some({ preemption_mode: draw.oneOf('fifo', 'lifo') }, 0.4),
    ...draw.some({ speedup_ratio: draw.oneOf(0, 0.5, 3, 7.3) }, 0.15),
    ...draw.some({ decode_speedup_ratio: draw.oneOf(0.7, 1.7, 4) }, 0.12),
    ...draw.some({ max_num_batched_tokens: null, max_num_seqs: null }, 0.03),
    ...draw.some({ engine_type: 'vllm', max_model_len: null, dp_size: 1, startup_time: 3 }, 0.03),
  };
}

function loadFlags(draw: Draw, isClosedLoop: boolean, concurrency: number): Flags {
  const speedup = draw.some({ 'arrival-speedup-ratio': draw.oneOf(0.5, 1.7, 3, 10) }, 0.25);
  return isClosedLoop ? { 'replay-concurrency': concurrency, ...speedup } : speedup;
}

function capFlag(draw: Draw, probability: number, maxSeconds: number): Flags {
  return draw.some({ 'max-sim-time-seconds': draw.real(0.01, maxSeconds) }, probability);
}

function slaFlags(draw: Draw, ttftMs: number, itlMs: number): Flags {
  if (draw.chance(0.7)) return {};
  if (draw.chance(0.3)) return { 'sla-e2e-ms': draw.real(ttftMs, ttftMs * 10) };
  return draw.some(
    { 'sla-ttft-ms': draw.real(ttftMs / 3, ttftMs * 5), 'sla-itl-ms': draw.real(itlMs / 3, itlMs * 2) },
    0.7,
  );
}

const IGNORED_BY_OFFLINE_REPLAY: Settings = {
  use_kv_events: false,
  router_ttl_secs: 0.05,
  router_predicted_ttl_secs: 0.02,
  host_cache_hit_weight: 0.3,
  router_replica_sync: true,
  router_snapshot_threshold: 3,
};

function routerConfig(draw: Draw, thresholds: readonly [number, ...number[]]): Settings {
  if (draw.chance(0.2)) return {};
  return {
    ...draw.some(
      {
        overlap_score_credit: draw.oneOf(0, 0.5, 0.83, 1.5),
        overlap_score_credit_decay: draw.oneOf(0.5, 2),
        prefill_load_scale: draw.oneOf(0, 0.37, 2),
        decode_active_request_weight: draw.oneOf(0.37, 2.2),
        router_track_prefill_tokens: false,
        router_assume_kv_reuse: false,
      },
      0.18,
    ),
    ...draw.some({ router_track_active_blocks: false }, 0.08),
    ...draw.some({ overlap_score_weight: draw.oneOf(0, 0.6, 1.4) }, 0.06),
    ...draw.some(IGNORED_BY_OFFLINE_REPLAY, 0.04),
    ...(draw.chance(0.4)
      ? {
          router_queue_threshold: draw.oneOf(...thresholds),
          ...draw.some({ router_queue_policy: draw.oneOf('fcfs', 'lcfs', 'wspt') }, 0.8),
        }
      : {}),
  };
}

/** A slice of realistic traffic: long shared prompts, sessions without names, enough load to fill queues. */
function generatedCase(draw: Draw): ReplayCase {
  const workers = draw.oneOf(1, 2, 3, 4, 8);
  const isKv = workers > 1 && draw.chance(0.6);
  const isClosedLoop = draw.chance(0.3);
  const rows = generateTrace({
    seed: draw.between(0, 1_000_000),
    durationMinutes: 30,
    scale: draw.oneOf(0.5, 1, 4),
    requests: draw.between(60, 500),
  });
  const blockSize = draw.oneOf(16, 48, 64, 64, 128, 512);
  const poolTokens = draw.oneOf(131_072, 262_144, 1_048_576);
  return {
    rows,
    flags: {
      'num-workers': workers,
      'router-mode': isKv ? 'kv_router' : 'round_robin',
      ...(isClosedLoop
        ? { 'replay-concurrency': draw.between(workers, workers * 24) }
        : { 'arrival-speedup-ratio': draw.oneOf(1, 4, 9.3, 20) }),
      ...capFlag(draw, 0.1, 120),
      ...slaFlags(draw, 3000, 30),
    },
    engine: {
      num_gpu_blocks: Math.ceil(poolTokens / blockSize),
      block_size: blockSize,
      ...draw.some({ max_num_seqs: draw.oneOf(8, 32) }, 0.3),
      ...draw.some({ max_num_batched_tokens: draw.oneOf(1000, 2048, 16384) }, 0.3),
      ...draw.some({ enable_prefix_caching: false }, 0.1),
      ...draw.some({ preemption_mode: 'fifo' }, 0.3),
      ...draw.some({ speedup_ratio: draw.oneOf(2, 5) }, 0.15),
    },
    router: isKv ? routerConfig(draw, [0.5, 1, 2, 6]) : {},
  };
}

/** The generator flags instead of a trace. */
function syntheticCase(draw: Draw): ReplayCase {
  const workers = draw.between(1, 4);
  const blockSize = draw.oneOf(16, 32, 64, 100);
  const inputTokens = draw.between(1, 3000);
  const outputTokens = draw.between(1, 80);
  const turns = draw.oneOf(1, 1, 2, 4);
  const hasPrefix = draw.chance(0.5);
  return {
    rows: null,
    flags: {
      'input-tokens': inputTokens,
      'output-tokens': outputTokens,
      'request-count': draw.between(1, 150),
      ...syntheticLoad(draw),
      ...(turns === 1 ? {} : { 'turns-per-session': turns }),
      ...(turns === 1 ? {} : draw.some({ 'inter-turn-delay-ms': draw.oneOf(10, 333.3) }, 0.6)),
      ...(hasPrefix
        ? {
            'shared-prefix-ratio': draw.oneOf(0.03, 0.25, 0.5, 0.97, 1),
            'num-prefix-groups': draw.between(1, 12),
          }
        : {}),
      'num-workers': workers,
      ...(workers > 1 && draw.chance(0.4) ? { 'router-mode': 'kv_router' } : {}),
      ...slaFlags(draw, 300, 20),
    },
    engine: {
      num_gpu_blocks: Math.ceil((inputTokens + outputTokens) / blockSize) * draw.oneOf(1, 3, 20, 100),
      block_size: blockSize,
      ...draw.some({ max_num_seqs: draw.oneOf(4, 16) }, 0.3),
      ...commonEngine(draw),
    },
    router: {},
  };
}

function syntheticLoad(draw: Draw): Flags {
  switch (draw.oneOf('interval', 'rate', 'concurrency')) {
    case 'interval':
      return {
        'arrival-interval-ms': draw.oneOf(0.5, 13, 40, 200),
        ...draw.some({ 'arrival-speedup-ratio': 2.5 }, 0.3),
      };
    case 'rate':
      return {
        'request-rate': draw.real(0.5, 60),
        ...draw.some({ 'arrival-seed': draw.between(0, 1_000_000) }, 0.6),
      };
    case 'concurrency':
      return { 'replay-concurrency': draw.between(1, 40) };
  }
}

export { FAMILIES };
