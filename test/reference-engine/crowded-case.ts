import type { Draw } from '../parity/draw.ts';
import type { CaseRow } from '../parity/replay-case.ts';
import type { EngineCase } from './engine-case.ts';

const STEP_MS = 10;
const MAX_DEPTH = 6;

/**
 * A few requests from a small tree of prompts in a pool that hardly holds them: they preempt each other, come back,
 * find a part of what they had, and share it with others.
 */
export function crowdedCase(draw: Draw): EngineCase {
  const blockSize = draw.between(1, 4);
  const rows = Array.from({ length: draw.between(3, 9) }, () => crowdedRow(draw, blockSize));
  const largest = Math.max(...rows.map((row) => (row.input_length ?? 0) + row.output_length));
  const isClosedLoop = draw.chance(0.4);
  return {
    rows,
    traceBlockSize: blockSize,
    engine: {
      blockSize,
      numGpuBlocks: Math.ceil(largest / blockSize) + draw.oneOf(0, 0, 1, 2, 3, 5),
      maxNumSeqs: draw.oneOf(2, 3, 256),
      maxNumBatchedTokens: draw.oneOf(blockSize, 2 * blockSize + 1, 5 * blockSize, 8192),
      preemptionMode: draw.oneOf('lifo', 'fifo'),
    },
    timing: { kind: 'lockstep', passMs: STEP_MS },
    workers: draw.oneOf(1, 1, 1, 2),
    router: { kind: 'round-robin' },
    load: isClosedLoop ? { kind: 'closed', concurrency: draw.between(2, 6) } : { kind: 'open', speedup: 1 },
    maxSimTimeMs: Number.POSITIVE_INFINITY,
  };
}

function crowdedRow(draw: Draw, blockSize: number): CaseRow {
  const depth = draw.between(1, MAX_DEPTH);
  // At each depth the first branch is the usual one: prompts share long beginnings.
  const path = Array.from(
    { length: depth },
    (_, level) => 10 * (level + 1) + (draw.chance(0.75) ? 0 : draw.between(1, 2)),
  );
  return {
    timestamp: STEP_MS * draw.between(0, 25),
    input_length: depth * blockSize - draw.oneOf(0, 0, draw.between(0, blockSize - 1)),
    output_length: draw.between(1, 3 * blockSize + 6),
    hash_ids: path,
  };
}
