import { type Constant, parametrise } from '../constants.ts';
import { roundedTo2 } from '../grammar.ts';
import type { Operator } from '../move.ts';
import type { Random } from '../random.ts';

/** Changes one constant by a factor; now and then its sign, or drops what it weighs. */
export const scaleConstant: Operator = {
  name: 'scale-constant',
  prior: 0.16,
  move({ base, random }) {
    const constant = random.pick(parametrise(base.draft).constants);
    if (constant === undefined) return undefined;
    const value = nextValue(constant, random);
    return { draft: constant.withValue(value), idea: describeStep(constant, value) };
  },
};

export function describeStep(constant: Constant, value: number): string {
  if (value === 0) return `drop the term: set ${constant.what} to 0`;
  if (value === -constant.value) return `flip the sign of ${constant.what} to ${value}`;
  return `scale ${constant.what} from ${constant.value} to ${value}`;
}

function nextValue(constant: Constant, random: Random): number {
  if (constant.isWeight && random.chance(0.06)) return 0;
  if (constant.isWeight && random.chance(0.02)) return -constant.value;
  const factor = random.pick([0.5, 2, 0.8, 1.25, jitter(random)]) ?? 2;
  return scaled(constant.value, factor);
}

/** Log-normal with a spread of about a factor of 2.7. */
function jitter(random: Random): number {
  return Math.exp(random.normal());
}

/** The value times the factor, to two digits, or three where two would leave it as it was. */
export function scaled(value: number, factor: number): number {
  const product = value * factor;
  const coarse = roundedTo2(product);
  return coarse === value ? Number(product.toPrecision(3)) : coarse;
}
