import { type Constant, parametrise } from '../constants.ts';
import { roundedTo2 } from '../grammar.ts';
import type { Material, Move, Operator } from '../move.ts';
import type { Draft } from '../policy-program.ts';
import { describeStep, scaled } from './scale-constant.ts';

/** An earlier attempt of the incumbent's shape. */
interface Trial {
  readonly values: readonly number[];
  readonly score: number;
}

interface Step {
  readonly constant: Constant;
  readonly index: number;
  readonly value: number;
  readonly promise: number;
  readonly idea: string;
}

/**
 * Searches along single constants from what earlier attempts of the same shape scored: on in a direction that helped,
 * the other way from one that hurt, between two that hurt; or joins several small gains in one step.
 */
export const tuneConstants: Operator = {
  name: 'tune-constants',
  prior: 0.16,
  move(material) {
    const { base, context, random } = material;
    if (base.source !== context.incumbent.source) return undefined;
    const { constants } = parametrise(base.draft);
    const trials = trialsOf(material);
    const gains = constants.flatMap((constant, index) =>
      bestGain(constant, index, constants, trials, context.incumbent.score),
    );
    if (gains.length > 1 && random.chance(0.6)) return joined(base.draft, gains);
    const steps = constants.flatMap((constant, index) =>
      nextStep(constant, index, constants, trials, context.incumbent.score),
    );
    const step =
      random.pickWeighted(steps, ({ promise }) => promise) ?? firstStep(material, constants, trials);
    return step === undefined ? undefined : { draft: step.constant.withValue(step.value), idea: step.idea };
  },
};

function trialsOf({ base, library, ranked }: Material): Trial[] {
  const { shape } = parametrise(base.draft);
  return ranked.flatMap(({ source, score }) => {
    const other = library.entryOf(source).parametrisation;
    return other?.shape === shape
      ? [{ values: other.constants.map((constant) => constant.value), score }]
      : [];
  });
}

/** Trials that differ from the incumbent in constant `index` only, with the same sign there. */
function trialsAlong(index: number, constants: readonly Constant[], trials: readonly Trial[]) {
  return trials.flatMap(({ values, score }) => {
    const isAxis = constants.every((constant, other) => other === index || values[other] === constant.value);
    const value = values[index];
    const own = constants[index]?.value ?? 0;
    return isAxis && value !== undefined && value !== own && value / own > 0 ? [{ value, score }] : [];
  });
}

/** The best value seen along one constant, if it scored better than the incumbent without being kept. */
function bestGain(
  constant: Constant,
  index: number,
  constants: readonly Constant[],
  trials: readonly Trial[],
  score: number,
) {
  const better = trialsAlong(index, constants, trials).filter((trial) => trial.score < score);
  const best = better.sort((a, b) => a.score - b.score)[0];
  return best === undefined ? [] : [{ constant, index, value: best.value }];
}

function joined(
  draft: Draft,
  gains: readonly { constant: Constant; index: number; value: number }[],
): Move | undefined {
  let next = draft;
  for (const { index, value } of gains) next = parametrise(next).constants[index]?.withValue(value) ?? next;
  const parts = gains
    .slice(0, 3)
    .map(({ constant, value }) => `${constant.what} from ${constant.value} to ${value}`);
  return { draft: next, idea: `join small gains: ${parts.join(', ')}` };
}

function nextStep(
  constant: Constant,
  index: number,
  constants: readonly Constant[],
  trials: readonly Trial[],
  score: number,
): Step[] {
  const along = trialsAlong(index, constants, trials);
  const best = along.filter((trial) => trial.score < score).sort((a, b) => a.score - b.score)[0];
  const step = (value: number, promise: number, manner: string): Step[] =>
    value === constant.value || along.some((trial) => trial.value === value)
      ? []
      : [{ constant, index, value, promise, idea: `${manner}: ${describeStep(constant, value)}` }];
  if (best !== undefined)
    return step(scaled(best.value, best.value / constant.value), 4, 'go on past a near miss');
  const size = (trial: { value: number }): number => trial.value / constant.value;
  const below = along.filter((trial) => size(trial) < 1).sort((a, b) => size(b) - size(a))[0];
  const above = along.filter((trial) => size(trial) > 1).sort((a, b) => size(a) - size(b))[0];
  if (below !== undefined && above !== undefined) {
    return step(vertex(constant.value, score, below, above), 1, 'interpolate');
  }
  const only = below ?? above;
  if (only === undefined) return [];
  const factor = Math.min(4, Math.max(0.25, constant.value / only.value));
  return step(scaled(constant.value, factor), 2, 'go on in the direction that helped');
}

/** The lowest point of the parabola through three trials, over the logarithm of the constant. */
function vertex(
  value: number,
  score: number,
  below: { value: number; score: number },
  above: typeof below,
): number {
  const low = Math.log(below.value / value);
  const high = Math.log(above.value / value);
  const fromLow = below.score - score;
  const fromHigh = above.score - score;
  const curvature = high * fromLow - low * fromHigh;
  if (!(curvature > 0)) return value;
  const offset = (high * high * fromLow - low * low * fromHigh) / (2 * curvature);
  return Math.abs(offset) < 0.04
    ? value
    : roundedTo2(value * Math.exp(Math.max(low, Math.min(high, offset))));
}

/** A constant no trial has moved yet, twice or half as large. */
function firstStep(
  { random }: Material,
  constants: readonly Constant[],
  trials: readonly Trial[],
): Step | undefined {
  const untried = constants
    .map((constant, index) => ({ constant, index }))
    .filter(({ index }) => trialsAlong(index, constants, trials).length === 0);
  const chosen = random.pick(untried);
  if (chosen === undefined) return undefined;
  const value = scaled(chosen.constant.value, random.pick([0.5, 2]) ?? 2);
  return { ...chosen, value, promise: 1, idea: describeStep(chosen.constant, value) };
}
