import { costDimension, declareTerm } from '../cost-terms.ts';
import { declareBuildingBlocks } from '../declare-bindings.ts';
import { binary, call, type Expression, number } from '../expression.ts';
import { asTermOf, crowdingFactor, MEASURES, QUANTITIES, THRESHOLDS } from '../grammar.ts';
import type { Material, Operator } from '../move.ts';
import { phrase } from '../phrase.ts';
import { valuesByName } from '../policy-program.ts';
import { simplify } from '../simplify.ts';
import { placesOf, type Sum, sumsOf } from '../sites.ts';
import { sumOf, type Term, withTerm } from '../terms.ts';
import { dependsOnWorker } from '../worker-dependence.ts';

interface ChosenTerm {
  readonly sum: Sum;
  readonly term: Term;
  readonly index: number;
}

/** A summand that can differ between workers, from any sum of the cost. */
function chooseTerm({ base, random }: Material, isEligible: (sum: Sum) => boolean): ChosenTerm | undefined {
  const values = valuesByName(base.draft);
  const terms = sumsOf(base.draft)
    .filter(isEligible)
    .flatMap((sum) => sum.terms.map((term, index) => ({ sum, term, index })))
    .filter(({ term }) => dependsOnWorker(term.factor, values));
  return random.pick(terms);
}

/** Removes a summand. */
export const dropTerm: Operator = {
  name: 'drop-term',
  prior: 0.08,
  move(material) {
    const chosen = chooseTerm(material, (sum) => sum.terms.length > 1);
    if (chosen === undefined) return undefined;
    const { sum, term, index } = chosen;
    const expression = simplify(sum.putTerms(sum.terms.toSpliced(index, 1)));
    return { draft: sum.site.put(expression), idea: `drop ${phrase(sumOf([term]))}` };
  },
};

/** Puts another quantity in the place of a summand of the cost. */
export const replaceTerm: Operator = {
  name: 'replace-term',
  prior: 0.08,
  move(material) {
    const { base, random } = material;
    const chosen = chooseTerm(material, (sum) => sum.site.section === 'result');
    const quantity = random.pick(QUANTITIES);
    if (chosen === undefined || quantity === undefined) return undefined;
    const { sum, term, index } = chosen;
    const fresh = asTermOf(quantity, costDimension(base.draft), random);
    const declared = declareTerm(base.draft, fresh);
    const expression = sum.putTerms(withTerm(sum.terms.toSpliced(index, 1), declared.term));
    return {
      draft: sum.site.put(expression, declared.draft),
      idea: `charge ${phrase(sumOf([declared.term]))} instead of ${phrase(sumOf([term]))}`,
    };
  },
};

/** Multiplies a summand by 1 + k × how crowded the worker is. */
export const modulateTerm: Operator = {
  name: 'modulate-term',
  prior: 0.07,
  move(material) {
    const chosen = chooseTerm(material, () => true);
    if (chosen === undefined) return undefined;
    const { sum, term, index } = chosen;
    const { factor, crowding, weight } = crowdingFactor(material.random);
    const declared = declareBuildingBlocks(material.base.draft, factor, sum.site.position);
    const product = binary(term.factor, '*', simplify(declared.expression));
    const expression = sum.putTerms(sum.terms.with(index, { ...term, factor: product }));
    return {
      draft: sum.site.put(expression, declared.draft),
      idea: `let ${phrase(term.factor)} count more by ${weight} × ${phrase(crowding)}`,
    };
  },
};

/** Lets a summand count only, or more or less, while some load is above a threshold. */
export const addCondition: Operator = {
  name: 'add-condition',
  prior: 0.05,
  move(material) {
    const { base, random } = material;
    const chosen = chooseTerm(material, (sum) => sum.site.section === 'result');
    const measure = random.pick(MEASURES);
    if (chosen === undefined || measure === undefined) return undefined;
    const threshold = random.pick(THRESHOLDS[measure.dimension]) ?? 1;
    const share = random.pick([0, 0.5, 2, 4]) ?? 2;
    const declared = declareBuildingBlocks(base.draft, measure.expression);
    const { sum, term, index } = chosen;
    const factor: Expression = {
      kind: 'choose',
      test: binary(declared.expression, '>', number(threshold)),
      consequent: simplify(binary(number(share), '*', term.factor)),
      alternate: term.factor,
    };
    return {
      draft: sum.site.put(sum.putTerms(sum.terms.with(index, { ...term, factor })), declared.draft),
      idea: `count ${phrase(term.factor)} ${share} times while ${phrase(measure.expression)} is above ${threshold}`,
    };
  },
};

/** Charges the larger of two summands instead of both, or both arguments of a Math.max. */
export const swapSumAndMax: Operator = {
  name: 'swap-sum-and-max',
  prior: 0.05,
  move(material) {
    return material.random.chance(0.5) ? largerOfTwo(material) : sumOfBoth(material);
  },
};

function largerOfTwo({ base, random }: Material) {
  const values = valuesByName(base.draft);
  const isUsable = (term: Term): boolean => term.weight > 0 && dependsOnWorker(term.factor, values);
  const sum = random.pick(sumsOf(base.draft).filter(({ terms }) => terms.filter(isUsable).length > 1));
  const usable = sum?.terms.filter(isUsable) ?? [];
  const first = usable[random.int(usable.length)];
  const second = random.pick(usable.filter((term) => term !== first));
  if (sum === undefined || first === undefined || second === undefined) return undefined;
  const larger: Term = { weight: 1, factor: call('Math.max', sumOf([first]), sumOf([second])) };
  const terms = sum.terms.filter((term) => term !== second).map((term) => (term === first ? larger : term));
  return {
    draft: sum.site.put(sum.putTerms(terms)),
    idea: `charge the larger of ${phrase(sumOf([first]))} and ${phrase(sumOf([second]))} instead of both`,
  };
}

function sumOfBoth({ base, random }: Material) {
  const places = placesOf(base.draft).filter(({ expression }) => isMaximum(expression));
  const place = random.pick(places);
  if (place?.expression.kind !== 'call') return undefined;
  const terms = place.expression.args.map((factor) => ({ weight: 1, factor }));
  return {
    draft: place.site.put(simplify(place.put(simplify(sumOf(terms))))),
    idea: `charge the sum instead of the larger in ${phrase(place.expression)}`,
  };
}

function isMaximum(expression: Expression): boolean {
  return expression.kind === 'call' && (expression.callee === 'Math.max' || expression.callee === 'Math.min');
}
