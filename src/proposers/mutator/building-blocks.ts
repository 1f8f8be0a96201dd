import type { Expression } from './expression.ts';
import { parseExpression } from './parse-expression.ts';
import type { Section } from './policy-program.ts';
import type { Dimension } from './signals.ts';
import { parseModule } from './syntax-tree.ts';

/**
 * A quantity worth a name of its own: made of signals, the engine's timing estimate and other such quantities. Any of
 * them may become a term; none is an answer by itself.
 */
export interface BuildingBlock {
  readonly name: string;
  readonly section: Section;
  readonly dimension: Dimension;
  readonly value: Expression;
  /** Completes "the worker with the least …". */
  readonly phrase: string;
  /** `backlog`: work ahead of this request; `own`: this request's work; `pressure`: memory; `part`: only in others. */
  readonly role: 'backlog' | 'own' | 'pressure' | 'affinity' | 'part';
}

type Row = readonly [
  name: string,
  role: BuildingBlock['role'],
  dimension: Dimension,
  value: string,
  phrase: string,
];

/** Later rows may use earlier ones. */
const ROWS: readonly Row[] = [
  ['probeTokens', 'part', 'tokens', '8192', ''],
  ['msPerToken', 'part', 'ratio', 'init.engine.prefillMs(probeTokens, 0) / probeTokens', ''],
  ['cachedTokens', 'part', 'tokens', 'worker.overlapBlocks * req.blockSize', ''],
  ['uncachedTokens', 'own', 'tokens', 'req.isl - cachedTokens', 'prompt tokens it has not cached'],
  ['uncachedBlocks', 'own', 'blocks', 'req.blocks - worker.overlapBlocks', 'prompt blocks it has not cached'],
  ['queuedBlocks', 'backlog', 'blocks', 'worker.queuedTokens / req.blockSize', 'queued prompt blocks'],
  ['bookedBlocks', 'backlog', 'blocks', 'worker.prefillTokens / req.blockSize', 'booked prompt blocks'],
  ['queuedMs', 'backlog', 'ms', 'msPerToken * worker.queuedTokens', 'time to compute the queued tokens'],
  ['bookedMs', 'backlog', 'ms', 'msPerToken * worker.prefillTokens', 'time to compute the booked tokens'],
  ['waitMs', 'backlog', 'ms', 'worker.passEndsInMs + msPerToken * worker.queuedTokens', 'predicted wait'],
  [
    'ownPrefillMs',
    'own',
    'ms',
    'init.engine.prefillMs(uncachedTokens, cachedTokens)',
    'predicted own prefill',
  ],
  ['uncachedMs', 'own', 'ms', 'msPerToken * uncachedTokens', 'time to compute the uncached tokens'],
  [
    'decodePassMs',
    'backlog',
    'ms',
    'init.engine.decodeMs(worker.decodeRequests + 1, worker.contextTokens, worker.usedBlocks)',
    'predicted decode pass',
  ],
  ['kvUse', 'pressure', 'ratio', 'worker.usedBlocks / worker.capacityBlocks', 'share of the cache in use'],
  [
    'overflowBlocks',
    'pressure',
    'blocks',
    'Math.max(0, worker.usedBlocks + req.blocks - worker.overlapBlocks - worker.capacityBlocks)',
    'blocks that do not fit',
  ],
  [
    'newBlocks',
    'own',
    'blocks',
    'req.blocks - worker.activeOverlapBlocks',
    'blocks not shared with active requests',
  ],
  [
    'heldAfterBlocks',
    'pressure',
    'blocks',
    'worker.activeBlocks + newBlocks',
    'blocks held with this request',
  ],
  [
    'leftSession',
    'affinity',
    'ratio',
    'worker.id === req.lastWorker ? 0 : 1',
    'change of the session’s worker',
  ],
  ['missShare', 'affinity', 'ratio', '1 - cachedTokens / req.isl', 'uncached share of the prompt'],
];

const SETUP_BLOCKS = new Set(['probeTokens', 'msPerToken']);

export const BUILDING_BLOCKS: readonly BuildingBlock[] = ROWS.map(
  ([name, role, dimension, value, phrase]) => ({
    name,
    role,
    dimension,
    phrase,
    value: grammarExpression(value),
    section: SETUP_BLOCKS.has(name) ? 'setup' : 'locals',
  }),
);

const BLOCKS_BY_NAME = new Map(BUILDING_BLOCKS.map((block) => [block.name, block]));

export function buildingBlock(name: string): BuildingBlock | undefined {
  return BLOCKS_BY_NAME.get(name);
}

/** Parses an expression written with the names `init`, `req` and `worker`. */
function grammarExpression(text: string): Expression {
  const statement = parseModule(text)?.program.body[0];
  if (statement?.type !== 'ExpressionStatement') throw new Error(`not an expression: ${text}`);
  return parseExpression(statement.expression, {
    source: text,
    roles: new Map([
      ['init', 'init'],
      ['req', 'request'],
      ['worker', 'worker'],
    ]),
  });
}
