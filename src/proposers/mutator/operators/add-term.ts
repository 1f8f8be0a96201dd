import { costDimension, declareTerm } from '../cost-terms.ts';
import { asTermOf, guessedWeight, QUANTITIES } from '../grammar.ts';
import type { Operator } from '../move.ts';
import { phrase } from '../phrase.ts';
import { valuesByName } from '../policy-program.ts';
import { printExpression } from '../print-expression.ts';
import { sumsOf } from '../sites.ts';
import { sumOf, type Term, termsOf } from '../terms.ts';
import { dimensionOf, unitOf } from '../units.ts';

/** Adds a weighted quantity to the cost, or to a sum the cost is made of. */
export const addTerm: Operator = {
  name: 'add-term',
  prior: 0.14,
  move({ base, random }) {
    const sums = sumsOf(base.draft);
    const sum = random.chance(0.8) ? sums.at(-1) : random.pick(sums);
    const quantity = random.pick(QUANTITIES);
    if (sum === undefined || quantity === undefined) return undefined;
    const dimension = dimensionOf(unitOf(sumOf(sum.terms), valuesByName(base.draft)));
    const { draft, term } = declareTerm(base.draft, asTermOf(quantity, dimension, random), sum.site.position);
    if (hasTerm(sum.terms, term)) return undefined;
    const where = sum.site.name === undefined ? '' : ` to ${sum.site.name}`;
    return {
      draft: sum.site.put(sum.putTerms([...sum.terms, term]), draft),
      idea: `add ${phrase(sumOf([term]))}${where}`,
    };
  },
};

/** Adds so little of a quantity that it decides only between workers of nearly equal cost. */
export const breakTies: Operator = {
  name: 'break-ties',
  prior: 0.03,
  move({ base, random }) {
    const quantity = random.pick(QUANTITIES);
    if (quantity === undefined) return undefined;
    const weight = guessedWeight(
      quantity.dimension,
      costDimension(base.draft),
      random.pick([0.001, 0.01]) ?? 0.01,
    );
    const { draft, term } = declareTerm(base.draft, { weight, factor: quantity.expression });
    const terms = termsOf(draft.result);
    if (hasTerm(terms, term)) return undefined;
    return {
      draft: { ...draft, result: sumOf([...terms, term]) },
      idea: `break near-ties by ${phrase(term.factor)}`,
    };
  },
};

function hasTerm(terms: readonly Term[], wanted: Term): boolean {
  const text = printExpression(wanted.factor);
  return terms.some((term) => printExpression(term.factor) === text);
}
