import type { Draw } from '../parity/draw.ts';
import type { CaseRow } from '../parity/replay-case.ts';
import type { PolicyChoice } from './case-policies.ts';
import type { EngineCase, RouterChoice } from './engine-case.ts';
import { FEEDBACK_HOOKS } from './witness-policy.ts';

const STEP_MS = 10;
const BLOCK_SIZE = 4;
const LONGEST_PROMPT = 20;

/**
 * A few requests on workers whose passes all end at the same instants, which are also those of arrivals and of turns.
 * Rejections make passes that take no time: several rounds of ends, placements and starts at one instant.
 */
export function inStepCase(draw: Draw): EngineCase {
  const rows = inStepRows(draw);
  return {
    rows,
    traceBlockSize: BLOCK_SIZE,
    engine: {
      blockSize: BLOCK_SIZE,
      numGpuBlocks: draw.oneOf(30, 200),
      maxNumSeqs: draw.oneOf(1, 2, 256),
      maxModelLen: draw.oneOf(LONGEST_PROMPT - 4, LONGEST_PROMPT - 8, Number.POSITIVE_INFINITY),
    },
    timing: { kind: 'lockstep', passMs: STEP_MS },
    workers: draw.between(2, 4),
    router: inStepRouter(draw),
    load: draw.chance(0.7)
      ? { kind: 'closed', concurrency: draw.between(2, 7) }
      : { kind: 'open', speedup: 1 },
    maxSimTimeMs: draw.chance(0.1) ? STEP_MS * draw.between(1, 30) : Number.POSITIVE_INFINITY,
  };
}

function inStepRows(draw: Draw): CaseRow[] {
  const sessions = draw.between(1, 8);
  const begun = new Set<number>();
  return Array.from({ length: draw.between(4, 16) }, (_, index) => {
    const session = draw.between(0, sessions);
    const isFirst = session === 0 || !begun.has(session);
    begun.add(session);
    const promptTokens = draw.between(1, LONGEST_PROMPT);
    return {
      ...(session === 0 ? {} : { session_id: `s${session}` }),
      ...(isFirst
        ? { timestamp: STEP_MS * draw.between(0, 12) }
        : { delay: STEP_MS * draw.oneOf(0, 0, 1, 3) }),
      input_length: promptTokens,
      output_length: draw.oneOf(1, 1, 2, 5, draw.between(0, 20)),
      hash_ids: Array.from({ length: Math.ceil(promptTokens / BLOCK_SIZE) }, (_unused, block) =>
        draw.chance(0.6) ? block + 1 : 100 + index * 10 + block,
      ),
    };
  });
}

function inStepRouter(draw: Draw): RouterChoice {
  switch (draw.oneOf('round-robin', 'kv', 'policy', 'policy')) {
    case 'round-robin':
      return { kind: 'round-robin' };
    case 'kv':
      return { kind: 'kv', config: { queueThreshold: 0, queuePolicy: draw.oneOf('fcfs', 'lcfs', 'wspt') } };
    case 'policy':
      return { kind: 'policy', policy: inStepPolicy(draw) };
  }
}

function inStepPolicy(draw: Draw): PolicyChoice {
  if (draw.chance(0.4)) return { name: 'holding', backlogTokens: draw.between(0, LONGEST_PROMPT) };
  return {
    name: 'witness',
    requestFields: [],
    workerFields: (
      ['passEndsInMs', 'contextTokens', 'queuedTokens', 'usedBlocks', 'overlapBlocks'] as const
    ).filter(() => draw.chance(0.4)),
    hooks: FEEDBACK_HOOKS.filter(() => draw.chance(0.5)),
    every: draw.oneOf(1, 1, 3),
    ...(draw.chance(0.6) ? { admitBelow: draw.between(1, 3), ranks: draw.chance(0.5) } : {}),
  };
}
