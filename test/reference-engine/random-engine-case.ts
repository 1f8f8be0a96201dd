import type { EngineConfig, KvRouterConfig, LoadSpec } from '../../harness/sim/config.ts';
import { Draw } from '../parity/draw.ts';
import { randomTrace } from '../parity/random-trace.ts';
import type { CaseRow } from '../parity/replay-case.ts';
import type { PolicyChoice } from './case-policies.ts';
import type { TimingChoice } from './case-timing.ts';
import { crowdedCase } from './crowded-case.ts';
import type { EngineCase, RouterChoice } from './engine-case.ts';
import { inStepCase } from './in-step-case.ts';
import { FEEDBACK_HOOKS, REQUEST_FIELDS, WORKER_FIELDS } from './witness-policy.ts';

/** A small simulation of any kind; equal seeds and indices give equal cases. */
export function randomEngineCase(seed: number, index: number): EngineCase {
  const draw = new Draw(Math.imul(seed, 0x9e3779b1) + index);
  switch (draw.oneOf('any', 'any', 'crowded', 'in step')) {
    case 'any':
      return anyCase(draw);
    case 'crowded':
      return crowdedCase(draw);
    case 'in step':
      return inStepCase(draw);
  }
}

function anyCase(draw: Draw): EngineCase {
  const blockSize = draw.oneOf(1, 2, 3, 4, 4, 5, 8, 16, 64);
  const traceBlockSize = draw.oneOf(
    blockSize,
    blockSize,
    blockSize,
    2 * blockSize,
    8 * blockSize,
    blockSize + 2,
  );
  const load: LoadSpec = draw.chance(0.3)
    ? { kind: 'closed', concurrency: draw.between(1, 8) }
    : { kind: 'open', speedup: draw.oneOf(1, 1, 1, 0.5, 3, 50) };
  const rows = randomRows(draw, traceBlockSize, load.kind === 'closed');
  const size = sizeOf(rows, traceBlockSize, blockSize);
  const workers = draw.oneOf(1, 1, 2, 2, 3, 4, 8, 20);
  return {
    rows,
    traceBlockSize,
    engine: randomEngine(draw, blockSize, size),
    timing: randomTiming(draw),
    workers,
    router: randomRouter(draw, workers, size),
    load,
    maxSimTimeMs: randomEnd(draw, rows),
  };
}

/** How large the requests of a case are. */
interface CaseSize {
  readonly promptTokens: number;
  readonly totalTokens: number;
  /** Blocks of the largest request when it ends. */
  readonly blocks: number;
}

function sizeOf(rows: readonly CaseRow[], traceBlockSize: number, blockSize: number): CaseSize {
  const prompts = rows.map((row) =>
    Math.min(row.input_length ?? Number.POSITIVE_INFINITY, row.hash_ids.length * traceBlockSize),
  );
  const totalTokens = Math.max(...rows.map((row, index) => prompts[index]! + row.output_length));
  return { promptTokens: Math.max(...prompts), totalTokens, blocks: Math.ceil(totalTokens / blockSize) };
}

function randomRows(draw: Draw, traceBlockSize: number, isClosedLoop: boolean): CaseRow[] {
  const rows = randomTrace(draw, {
    traceBlockSize,
    maxRows: draw.oneOf(3, 8, 14, 14, 40),
    maxBlocks: draw.oneOf(2, 6, 6, 12),
    maxOutput: draw.oneOf(2, 10, 10, 40, 150),
    isClosedLoop,
  });
  const timed = draw.chance(0.06) ? late(rows) : rows;
  return renumbered(draw.chance(0.25) ? repeated(draw, timed) : timed);
}

/** The same contents under small numbers, which are easier to read. */
function renumbered(rows: readonly CaseRow[]): CaseRow[] {
  const numbers = new Map<number, number>();
  for (const id of rows.flatMap((row) => row.hash_ids)) {
    if (!numbers.has(id)) numbers.set(id, numbers.size + 1);
  }
  return rows.map((row) => ({ ...row, hash_ids: row.hash_ids.map((id) => numbers.get(id)!) }));
}

/** Hours after the first request the clock has fewer digits left for fractions. */
function late(rows: readonly CaseRow[]): CaseRow[] {
  return rows.map((row, index) =>
    row.timestamp === undefined || index === 0 ? row : { ...row, timestamp: row.timestamp + 1e8 },
  );
}

/** Some rows twice or more, later: their prompts are cached to the last block. */
function repeated(draw: Draw, rows: readonly CaseRow[]): CaseRow[] {
  const latest = Math.max(...rows.map((row) => row.timestamp ?? 0));
  const again = rows.filter((row) => row.session_id === undefined && draw.chance(0.5));
  return [
    ...rows,
    ...again.map((row) =>
      row.timestamp === undefined ? row : { ...row, timestamp: latest + draw.oneOf(0, 1, 40, 300) },
    ),
  ];
}

function randomEngine(draw: Draw, blockSize: number, size: CaseSize): Partial<EngineConfig> {
  const slack = draw.oneOf(0, 0, 1, 2, 4, size.blocks, 3 * size.blocks, 40 * size.blocks);
  const enableChunkedPrefill = draw.chance(0.85);
  const smallBudget = draw.oneOf(1, 2, 3, blockSize, blockSize + 1, 2 * blockSize - 1, 17);
  const budget = draw.oneOf(smallBudget, smallBudget, size.promptTokens, 64, 8192, Number.POSITIVE_INFINITY);
  const isStuck = !enableChunkedPrefill && draw.chance(0.9);
  return {
    blockSize,
    numGpuBlocks: Math.max(1, size.blocks + slack - (draw.chance(0.06) ? draw.between(1, 3) : 0)),
    maxNumSeqs: draw.oneOf(1, 2, 3, 4, 8, 256, 256, Number.POSITIVE_INFINITY),
    maxNumBatchedTokens: isStuck ? Math.max(budget, size.promptTokens) : budget,
    enablePrefixCaching: draw.chance(0.88),
    enableChunkedPrefill,
    preemptionMode: draw.oneOf('lifo', 'fifo'),
    maxModelLen: draw.chance(0.12) ? draw.between(2, size.totalTokens + 1) : Number.POSITIVE_INFINITY,
  };
}

function randomTiming(draw: Draw): TimingChoice {
  const ratios = {
    speedupRatio: draw.oneOf(1, 1, 1, 0, 3, 1000, 1e5, 1e13),
    decodeSpeedupRatio: draw.oneOf(1, 1, 1, 0, 7, 1e13),
  };
  switch (draw.oneOf('polynomial', 'telling', 'telling', 'profile', 'lockstep')) {
    case 'polynomial':
      return { kind: 'polynomial', ...ratios };
    case 'telling':
      return { kind: 'telling', ...ratios };
    case 'profile':
      return { kind: 'profile', name: 'minimax-m2.5-fp8-b200-tp4-vllm', ...ratios };
    case 'lockstep':
      return { kind: 'lockstep', passMs: draw.oneOf(1, 5, 5, 10, 0) };
  }
}

function randomRouter(draw: Draw, workers: number, size: CaseSize): RouterChoice {
  const kind = draw.oneOf('round-robin', 'kv', 'policy', 'policy', 'policy');
  if (kind === 'round-robin') return { kind };
  if (kind === 'policy') return { kind, policy: randomPolicy(draw, size) };
  if (workers === 1) return { kind: 'round-robin' };
  const config = randomKvRouter(draw);
  return draw.chance(0.3) ? { kind, config, tieSeed: draw.between(1, 1000) } : { kind, config };
}

function randomKvRouter(draw: Draw): Partial<KvRouterConfig> {
  return draw.some<KvRouterConfig[keyof KvRouterConfig]>(
    {
      overlapScoreCredit: draw.oneOf(0, 0.5, 2),
      overlapScoreCreditDecay: draw.oneOf(0.3, 2),
      prefillLoadScale: draw.oneOf(0, 0.25, 4),
      decodeActiveRequestWeight: draw.oneOf(1, 0.5),
      trackPrefillTokens: draw.chance(0.5),
      trackActiveBlocks: draw.chance(0.5),
      assumeKvReuse: draw.chance(0.5),
      queueThreshold: draw.oneOf(0, 0.01, 0.3, 1, 3),
      queuePolicy: draw.oneOf('fcfs', 'lcfs', 'wspt'),
    },
    0.4,
  );
}

function randomPolicy(draw: Draw, size: CaseSize): PolicyChoice {
  const name = draw.oneOf(
    'shipped',
    'by-feedback',
    'by-chance',
    'holding',
    'failing',
    'witness',
    'witness',
    'witness',
  );
  switch (name) {
    case 'shipped':
      return { name: draw.oneOf('kv-default', 'least-in-flight', 'predicted-latency', 'round-robin') };
    case 'by-feedback':
    case 'by-chance':
      return { name };
    case 'holding':
      return { name, backlogTokens: draw.between(0, 2 * size.promptTokens) };
    case 'failing':
      return { name, atCall: draw.between(1, 60), answer: draw.oneOf('NaN', 'text', 'exception') };
    case 'witness':
      return randomWitness(draw);
  }
}

function randomWitness(draw: Draw): PolicyChoice {
  const density = draw.oneOf(1, 1, 0.5, 0.15);
  return {
    name: 'witness',
    requestFields: REQUEST_FIELDS.filter(() => draw.chance(density)),
    workerFields: WORKER_FIELDS.filter(() => draw.chance(density)),
    every: draw.oneOf(1, 1, 2, 5, 13),
    hooks: FEEDBACK_HOOKS.filter(() => draw.chance(0.6)),
    ...(draw.chance(0.35) ? { admitBelow: draw.oneOf(0, 1, 1, 2, 4), ranks: draw.chance(0.5) } : {}),
  };
}

/** Mostly the end of it all; else some instant, or that of an arrival. */
function randomEnd(draw: Draw, rows: readonly CaseRow[]): number {
  if (!draw.chance(0.2)) return Number.POSITIVE_INFINITY;
  const arrivals = rows.flatMap((row) => row.timestamp ?? []);
  const first = Math.min(...arrivals);
  return draw.oneOf(
    0,
    draw.real(0, 60),
    draw.real(0, 1000),
    draw.between(0, 300),
    arrivals.length === 0 ? 0 : arrivals[draw.between(0, arrivals.length - 1)]! - first,
  );
}
