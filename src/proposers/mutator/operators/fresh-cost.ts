import { buildingBlock } from '../building-blocks.ts';
import { declareBuildingBlocks } from '../declare-bindings.ts';
import { layOutDocComment } from '../doc-comment.ts';
import { binary, type Expression, subexpressions } from '../expression.ts';
import { asTermOf, converted, crowdingFactor, QUANTITIES, type Quantity } from '../grammar.ts';
import type { Operator } from '../move.ts';
import { phrase } from '../phrase.ts';
import type { Draft, PolicyProgram } from '../policy-program.ts';
import type { Random } from '../random.ts';
import type { Dimension } from '../signals.ts';
import { simplify } from '../simplify.ts';
import { sumOf, type Term } from '../terms.ts';

/** Replaces the whole cost by a small one in consistent units: work ahead of the request plus the request's own. */
export const freshCost: Operator = {
  name: 'fresh-cost',
  prior: 0.14,
  isExploratory: true,
  move({ base, random }) {
    const dimension = random.pick<Dimension>(['ms', 'ms', 'ms', 'tokens', 'blocks']) ?? 'ms';
    const backlog = chooseBacklog(random, dimension);
    const own = chooseQuantity('own', dimension, random);
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
        docComment: layOutDocComment(
          `Prefers the worker with the least ${phrases}${extra === undefined ? '' : ', adjusted for other load'}.`,
        ),
      },
      idea: `start over with ${phrase(declared.expression)}`,
    };
  },
};

/** One quantity of work ahead, or two. */
function chooseBacklog(random: Random, dimension: Dimension): Quantity[] {
  const first = chooseQuantity('backlog', dimension, random);
  if (first === undefined) return [];
  const second = random.chance(0.5) ? chooseQuantity('backlog', dimension, random) : undefined;
  return second === undefined || second === first ? [first] : [first, second];
}

/** A quantity measured in `dimension`, rarely one that converts to it; predictions are likelier than plain signals. */
function chooseQuantity(role: Quantity['role'], dimension: Dimension, random: Random): Quantity | undefined {
  return random.pickWeighted(QUANTITIES, (quantity) => {
    if (quantity.role !== role) return 0;
    if (quantity.dimension === dimension) return isPrediction(quantity.expression) ? 6 : 3;
    return converted(quantity.expression, quantity.dimension, dimension) === undefined ? 0 : 0.5;
  });
}

/** Whether a quantity asks the engine's timing, or joins several signals of a worker. */
function isPrediction(expression: Expression): boolean {
  const value = expression.kind === 'name' ? buildingBlock(expression.name)?.value : undefined;
  const parts = value === undefined ? [] : subexpressions(value);
  const signals = parts.filter((part) => part.kind === 'signal' && part.of === 'worker');
  return (
    signals.length > 1 || parts.some((part) => part.kind === 'call' && part.callee.startsWith('engine.'))
  );
}

function plainTerm(quantity: Quantity, dimension: Dimension): Term {
  return {
    weight: 1,
    factor: converted(quantity.expression, quantity.dimension, dimension) ?? quantity.expression,
  };
}

function ownTerm(quantity: Quantity, dimension: Dimension, random: Random): Term {
  const { factor } = plainTerm(quantity, dimension);
  const crowded = (): Expression => binary(factor, '*', simplify(crowdingFactor(random).factor));
  return { weight: 1, factor: random.chance(0.3) ? crowded() : factor };
}

/** The draft without its constants, where nothing else can refer to them. */
export function withoutConstants({ draft, hasOtherHooks }: PolicyProgram): Draft {
  const others = [...draft.setup, ...draft.locals].some((item) => item.kind !== 'binding');
  return others || hasOtherHooks ? draft : { ...draft, setup: [], locals: [] };
}
