import { termShape } from '../canonical-form.ts';
import { costDimension } from '../cost-terms.ts';
import { declareBindings, inOrderOfNeed, type NamedValue } from '../declare-bindings.ts';
import { type Expression, namesIn, subexpressions } from '../expression.ts';
import { guessedWeight } from '../grammar.ts';
import type { Material, Move, Operator } from '../move.ts';
import { phrase } from '../phrase.ts';
import { bindingsOf, type Draft, type PolicyProgram, valuesByName } from '../policy-program.ts';
import { rounded } from '../simplify.ts';
import { sumOf, type Term, termsOf, withTerm } from '../terms.ts';
import { dependsOnWorker } from '../worker-dependence.ts';
import { withoutConstants } from './fresh-cost.ts';
import { scaleConstant } from './scale-constant.ts';

interface Donor {
  /** "predicted-latency", "attempt 12". */
  readonly name: string;
  readonly program: PolicyProgram;
}

/** How many of the best earlier attempts may give. */
const ATTEMPT_DONORS = 8;

/** Takes terms, or the whole cost, of a baseline or of a good earlier attempt. */
export const crossover: Operator = {
  name: 'crossover',
  prior: 0.12,
  isExploratory: true,
  move(material) {
    const donor = material.random.pick(donorsFor(material));
    if (donor === undefined) return undefined;
    const manner = material.random.pickWeighted(MANNERS, ({ weight }) => weight);
    return manner?.cross(material, donor);
  },
};

const MANNERS = [
  { weight: 4, cross: addDonorTerm },
  { weight: 2, cross: replaceByDonorTerm },
  { weight: 2, cross: mixCosts },
  { weight: 3, cross: takeWholeCost },
];

function donorsFor({ base, context, library, ranked }: Material): Donor[] {
  const attempts = ranked
    .slice(0, ATTEMPT_DONORS)
    .map(({ attempt, source }) => ({ name: `attempt ${attempt}`, source }));
  const own = library.entryOf(base.source).identity;
  return [...context.baselines, ...attempts].flatMap(({ name, source }) => {
    const { program, identity } = library.entryOf(source);
    return program === undefined || identity === own || !isGraftable(program) ? [] : [{ name, program }];
  });
}

/** Whether everything the cost refers to is a constant that can move along. */
function isGraftable({ draft }: PolicyProgram): boolean {
  const values = valuesByName(draft);
  const names = new Set<string>();
  const visit = (expression: Expression): boolean => {
    if (subexpressions(expression).some((part) => part.kind === 'opaque')) return false;
    return [...namesIn(expression)].every((name) => {
      if (name === 'Infinity' || names.has(name)) return true;
      names.add(name);
      const value = values.get(name);
      return value !== undefined && visit(value);
    });
  };
  return visit(draft.result);
}

function addDonorTerm(material: Material, donor: Donor): Move | undefined {
  const term = material.random.pick(foreignTerms(material.base.draft, donor));
  if (term === undefined) return undefined;
  const { draft, factor } = graft(material.base.draft, donor, term.factor);
  return {
    draft: { ...draft, result: sumOf(withTerm(termsOf(draft.result), { ...term, factor })) },
    idea: `add the term ${phrase(sumOf([term]))} of ${donor.name}`,
  };
}

function replaceByDonorTerm(material: Material, donor: Donor): Move | undefined {
  const term = material.random.pick(foreignTerms(material.base.draft, donor));
  const terms = termsOf(material.base.draft.result);
  if (term === undefined || terms.length < 2) return undefined;
  const index = material.random.int(terms.length);
  const { draft, factor } = graft(material.base.draft, donor, term.factor);
  const replaced = terms.slice(index, index + 1);
  return {
    draft: { ...draft, result: sumOf(withTerm(terms.toSpliced(index, 1), { ...term, factor })) },
    idea: `charge ${phrase(sumOf([term]))} of ${donor.name} instead of ${phrase(sumOf(replaced))}`,
  };
}

/** The weighted sum of both costs; parts they share stay as they are. */
function mixCosts(material: Material, donor: Donor): Move | undefined {
  const { base, random } = material;
  const scale = guessedWeight(
    costDimension(donor.program.draft),
    costDimension(base.draft),
    random.pick([0.25, 0.5, 1, 2]) ?? 1,
  );
  let draft = base.draft;
  let terms = termsOf(draft.result);
  for (const term of foreignTerms(base.draft, donor)) {
    const grafted = graft(draft, donor, term.factor);
    draft = grafted.draft;
    terms = withTerm(terms, { weight: rounded(term.weight * scale), factor: grafted.factor });
  }
  return {
    draft: { ...draft, result: sumOf(terms) },
    idea: `add ${scale === 1 ? '' : `${scale} × `}the cost of ${donor.name}`,
  };
}

/** The donor's cost in place of the own one, often with one constant changed. */
function takeWholeCost(material: Material, donor: Donor): Move | undefined {
  const { base, random } = material;
  const { draft, factor } = graft(withoutConstants(base), donor, donor.program.draft.result);
  const { docComment, source } = donor.program;
  const comment = docComment === undefined ? undefined : source.slice(docComment.start, docComment.end);
  const whole: Draft = { ...draft, result: factor, docComment: comment };
  const idea = `take over the cost of ${donor.name}`;
  if (random.chance(0.6)) return { draft: whole, idea };
  const varied = scaleConstant.move({ ...material, base: { ...base, draft: whole } });
  return varied === undefined
    ? { draft: whole, idea }
    : { draft: varied.draft, idea: `${idea}, and ${varied.idea}` };
}

/** Summands of the donor's cost that are more than the base's own with other constants. */
function foreignTerms(base: Draft, { program }: Donor): Term[] {
  const ownValues = valuesByName(base);
  const own = new Set(termsOf(base.result).map((term) => termShape(term.factor, ownValues)));
  const values = valuesByName(program.draft);
  return termsOf(program.draft.result).filter(
    (term) => dependsOnWorker(term.factor, values) && !own.has(termShape(term.factor, values)),
  );
}

/** Declares what part of a donor's cost needs, and says how the draft spells it. */
function graft(draft: Draft, { program }: Donor, part: Expression): { draft: Draft; factor: Expression } {
  const available = new Map<string, NamedValue>();
  for (const section of ['setup', 'locals'] as const) {
    for (const { name, value } of bindingsOf(program.draft[section]))
      available.set(name, { name, value, section });
  }
  const needed = new Set(inOrderOfNeed(part, (name) => available.get(name)));
  const inDonorOrder = [...available.values()].filter((value) => needed.has(value));
  const declared = declareBindings(draft, part, inDonorOrder);
  return { draft: declared.draft, factor: declared.expression };
}
