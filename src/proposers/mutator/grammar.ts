import { BUILDING_BLOCKS, type BuildingBlock } from './building-blocks.ts';
import { binary, type Expression, name, number } from './expression.ts';
import type { Random } from './random.ts';
import { type Dimension, LOAD_FIELDS, signalsOf, workerSignal } from './signals.ts';
import { rounded } from './simplify.ts';
import { type Term, withLeadingFactor } from './terms.ts';

/** A quantity a term can be made of; its names are building blocks. */
export interface Quantity {
  readonly expression: Expression;
  readonly dimension: Dimension;
  readonly role: Exclude<BuildingBlock['role'], 'part'>;
  /** Completes "the worker with the least …". */
  readonly phrase: string;
}

const SIGNAL_QUANTITIES: readonly Quantity[] = signalsOf('worker').flatMap(({ signal, dimension }) => {
  const phrase = LOAD_FIELDS[signal.field];
  return phrase === undefined ? [] : [{ expression: signal, dimension, role: 'backlog', phrase }];
});

const BLOCK_QUANTITIES: readonly Quantity[] = BUILDING_BLOCKS.flatMap((block) =>
  block.role === 'part'
    ? []
    : [{ expression: name(block.name), dimension: block.dimension, role: block.role, phrase: block.phrase }],
);

export const QUANTITIES: readonly Quantity[] = [...SIGNAL_QUANTITIES, ...BLOCK_QUANTITIES];

/**
 * Rough worth of one of each in the others, for a first guess at a weight: computing a block of 512 tokens takes some
 * 10 ms, and so does what one more request costs its neighbours. Searching the constants does the rest.
 */
const EXCHANGE: Readonly<Record<Dimension, number>> = {
  tokens: 512,
  blocks: 1,
  requests: 1,
  ms: 10,
  ratio: 1,
};

/** The quantity in another unit by way of block size or prefill time; undefined if they have no such relation. */
export function converted(expression: Expression, from: Dimension, to: Dimension): Expression | undefined {
  if (from === to) return expression;
  const blockSize: Expression = { kind: 'signal', of: 'request', field: 'blockSize' };
  const msPerToken = name('msPerToken');
  switch (`${from}→${to}`) {
    case 'tokens→blocks':
      return binary(expression, '/', blockSize);
    case 'blocks→tokens':
      return binary(expression, '*', blockSize);
    case 'tokens→ms':
      return withLeadingFactor(msPerToken, expression);
    case 'blocks→ms':
      return binary(binary(msPerToken, '*', expression), '*', blockSize);
    case 'ms→tokens':
      return binary(expression, '/', msPerToken);
    default:
      return undefined;
  }
}

/** A quantity as a summand of a cost in `dimension`: converted exactly where possible, by a guessed weight otherwise. */
export function asTermOf(quantity: Quantity, dimension: Dimension, random: Random): Term {
  const spread = random.pick([0.25, 0.5, 1, 1, 2, 4]) ?? 1;
  const exact = converted(quantity.expression, quantity.dimension, dimension);
  if (exact !== undefined && (quantity.dimension === dimension || random.chance(0.7))) {
    return { weight: random.chance(0.5) ? 1 : spread, factor: exact };
  }
  return { weight: guessedWeight(quantity.dimension, dimension, spread), factor: quantity.expression };
}

export function guessedWeight(from: Dimension, to: Dimension, spread: number): number {
  return roundedTo2((EXCHANGE[to] / EXCHANGE[from]) * spread);
}

/** Numbers that say how crowded a worker is, fit to multiply something by (1 + k × it), and the size of k. */
export const CROWDING: readonly { readonly expression: Expression; readonly scale: number }[] = [
  { expression: workerSignal('inFlight'), scale: 0.05 },
  { expression: workerSignal('decodeRequests'), scale: 0.05 },
  { expression: workerSignal('queued'), scale: 0.1 },
  { expression: name('kvUse'), scale: 0.5 },
  { expression: name('missShare'), scale: 0.5 },
  { expression: name('leftSession'), scale: 0.25 },
];

/** `1 + k × crowding`. */
export function crowdingFactor(random: Random): { factor: Expression; crowding: Expression; weight: number } {
  const chosen = random.pick(CROWDING) ?? { expression: workerSignal('inFlight'), scale: 0.05 };
  const weight = roundedTo2(chosen.scale * (random.pick([0.5, 1, 1, 2, 4]) ?? 1));
  const factor = binary(number(1), '+', binary(number(weight), '*', chosen.expression));
  return { factor, crowding: chosen.expression, weight };
}

/** What a condition may ask about: every quantity, and the request itself. */
export const MEASURES: readonly { readonly expression: Expression; readonly dimension: Dimension }[] = [
  ...QUANTITIES,
  ...signalsOf('request').map(({ signal, dimension }) => ({ expression: signal, dimension })),
];

/** Thresholds worth trying for a quantity of each dimension. */
export const THRESHOLDS: Readonly<Record<Dimension, readonly number[]>> = {
  tokens: [1024, 2048, 4096, 8192, 16384],
  blocks: [4, 8, 16, 32, 128],
  requests: [1, 2, 4, 8, 16],
  ms: [10, 20, 50, 100, 500],
  ratio: [0.25, 0.5, 0.8, 0.9],
};

export function roundedTo2(value: number): number {
  return rounded(Number(value.toPrecision(2)));
}
