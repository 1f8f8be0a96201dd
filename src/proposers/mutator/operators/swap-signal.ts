import { buildingBlock } from '../building-blocks.ts';
import { declareBuildingBlocks } from '../declare-bindings.ts';
import type { Expression, Signal } from '../expression.ts';
import { converted, QUANTITIES } from '../grammar.ts';
import type { Operator } from '../move.ts';
import { phrase } from '../phrase.ts';
import { type Dimension, fieldUnit, isMeasured, LOAD_FIELDS, signalsOf } from '../signals.ts';
import { placesOf } from '../sites.ts';

/** Reads another quantity in place of a signal: one of the same unit, or one that converts to it. */
export const swapSignal: Operator = {
  name: 'swap-signal',
  prior: 0.12,
  move({ base, random }) {
    const place = random.pick(placesOf(base.draft).filter(({ expression }) => isSwappable(expression)));
    if (place?.expression.kind !== 'signal') return undefined;
    const signal = place.expression;
    const dimension = fieldUnit(signal.of, signal.field);
    const replacement = dimension === undefined ? undefined : random.pick(substitutes(signal, dimension));
    if (replacement === undefined) return undefined;
    const { draft, expression } = declareBuildingBlocks(base.draft, replacement, place.site.position);
    return {
      draft: place.site.put(place.put(expression), draft),
      idea: `read ${phrase(expression)} instead of ${phrase(signal)}`,
    };
  },
};

function isSwappable(expression: Expression): boolean {
  return expression.kind === 'signal' && expression.of !== 'init' && isMeasured(expression);
}

/** Quantities that could stand in for a signal, likelier ones more than once. */
function substitutes(signal: Signal, dimension: Dimension): Expression[] {
  const signals = signalsOf(signal.of)
    .filter((other) => other.signal.field !== signal.field)
    .map((other) => ({ expression: other.signal, dimension: other.dimension }));
  const same = signals.filter((other) => other.dimension === dimension);
  if (signal.of !== 'worker') return same.map((other) => other.expression);
  const kin = same.filter((other) => saysLoad(other.expression) === saysLoad(signal));
  const convertible = [...signals.filter((other) => saysLoad(other.expression)), ...NAMED_QUANTITIES].flatMap(
    (other) => converted(other.expression, other.dimension, dimension) ?? [],
  );
  return [...[...kin, ...kin, ...same].map((other) => other.expression), ...convertible];
}

/** Named quantities that are more than a signal in another unit. */
const NAMED_QUANTITIES = QUANTITIES.filter(({ expression }) => {
  const value = expression.kind === 'name' ? buildingBlock(expression.name)?.value : undefined;
  if (value?.kind !== 'binary') return value !== undefined;
  return value.operator !== '/' && !(value.left.kind === 'name' && value.left.name === 'msPerToken');
});

function saysLoad(signal: Signal): boolean {
  return signal.field in LOAD_FIELDS;
}
