import { declareBuildingBlocks } from '../declare-bindings.ts';
import { binary, type Expression } from '../expression.ts';
import { asTermOf, converted, crowdingFactor, QUANTITIES, type Quantity } from '../grammar.ts';
import type { Operator } from '../move.ts';
import { phrase } from '../phrase.ts';
import type { Draft, PolicyProgram } from '../policy-program.ts';
import type { Random } from '../random.ts';
import type { Dimension } from '../signals.ts';
import { sumOf, type Term } from '../terms.ts';

/** Replaces the whole cost by a small one in consistent units: work ahead of the request plus the request's own. */
export const freshCost: Operator = {
  name: 'fresh-cost',
  prior: 0.12,
  move({ base, random }) {
    const dimension = random.pick<Dimension>(['ms', 'ms', 'tokens', 'blocks']) ?? 'ms';
    const backlog = chooseBacklog(random, dimension);
    const own = random.pick(inDimension('own', dimension));
    if (own === undefined || backlog.length === 0) return undefined;
    const extra = random.chance(0.3) ? random.pick(QUANTITIES) : undefined;
    const terms = [...backlog.map((q) => plainTerm(q, dimension)), ownTerm(own, dimension, random)];
    if (extra !== undefined && !backlog.includes(extra)) terms.push(asTermOf(extra, dimension, random));
    const declared = declareBuildingBlocks(withoutConstants(base), sumOf(terms));
    const phrases = [...backlog, own].map((quantity) => quantity.phrase).join(' plus ');
    return {
      draft: {
        ...declared.draft,
        result: declared.expression,
        description: `Prefers the worker with the least ${phrases}${extra === undefined ? '' : ', adjusted for other load'}.`,
      },
      idea: `start over with ${phrase(declared.expression)}`,
    };
  },
};

/** One quantity of work ahead, or two. */
function chooseBacklog(random: Random, dimension: Dimension): Quantity[] {
  const eligible = inDimension('backlog', dimension);
  const first = random.pick(eligible);
  if (first === undefined) return [];
  const second = random.chance(0.4)
    ? random.pick(eligible.filter((quantity) => quantity !== first))
    : undefined;
  return second === undefined ? [first] : [first, second];
}

/** Quantities measured in `dimension`, three times, and those that convert to it. */
function inDimension(role: Quantity['role'], dimension: Dimension): Quantity[] {
  const ofRole = QUANTITIES.filter((quantity) => quantity.role === role);
  const same = ofRole.filter((quantity) => quantity.dimension === dimension);
  const convertible = ofRole.filter(
    (quantity) =>
      quantity.dimension !== dimension && converted(quantity.expression, quantity.dimension, dimension),
  );
  return [...same, ...same, ...same, ...convertible];
}

function plainTerm(quantity: Quantity, dimension: Dimension): Term {
  return {
    weight: 1,
    factor: converted(quantity.expression, quantity.dimension, dimension) ?? quantity.expression,
  };
}

function ownTerm(quantity: Quantity, dimension: Dimension, random: Random): Term {
  const { factor } = plainTerm(quantity, dimension);
  const crowded = (): Expression => binary(factor, '*', crowdingFactor(random).factor);
  return { weight: 1, factor: random.chance(0.3) ? crowded() : factor };
}

/** The draft without its constants, where nothing else can refer to them. */
export function withoutConstants({ draft, hasOtherHooks }: PolicyProgram): Draft {
  const others = [...draft.setup, ...draft.locals].some((item) => item.kind !== 'binding');
  return others || hasOtherHooks ? draft : { ...draft, setup: [], locals: [] };
}
