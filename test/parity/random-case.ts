import { generateTrace } from '../../harness/trace/generate.ts';
import { Draw } from './draw.ts';
import {
  capFlag,
  commonEngine,
  type Flags,
  loadFlags,
  routerConfig,
  type Settings,
  slaFlags,
} from './random-settings.ts';
import { randomTrace } from './random-trace.ts';
import type { CaseRow, ReplayCase } from './replay-case.ts';

export const FAMILIES = [
  'tiny round robin',
  'tiny KV router',
  'generated trace',
  'synthetic workload',
] as const;
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
    maxRows: draw.oneOf(6, 12, 30, 80),
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
    ...(draw.chance(0.12) ? wholePrompts(draw, rows, traceBlockSize) : {}),
    ...draw.some({ max_model_len: draw.between(10, 120) }, 0.07),
  };
}

/** Without chunks a pass must have room for the longest prompt, or it waits for ever. */
function wholePrompts(draw: Draw, rows: readonly CaseRow[], traceBlockSize: number): Settings {
  const longest = Math.max(...rows.map((row) => promptTokens(row, traceBlockSize)));
  return { enable_chunked_prefill: false, max_num_batched_tokens: longest + draw.between(-1, 12) };
}

function promptTokens({ input_length: length, hash_ids: ids }: CaseRow, traceBlockSize: number): number {
  const capacity = ids.length * traceBlockSize;
  return Math.min(length ?? capacity, capacity);
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
