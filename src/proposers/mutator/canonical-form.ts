import { type Expression, mapExpression, number, subexpressions } from './expression.ts';
import { type PolicyProgram, valuesByName } from './policy-program.ts';
import { printExpression } from './print-expression.ts';
import { simplify } from './simplify.ts';
import { isSum, termsOf } from './terms.ts';

/** Beyond this many parts an inlined cost is not worth comparing. */
const LARGEST = 2000;

/**
 * Text that is equal for costs which differ in names, layout and the order of summands or factors only. Undefined for
 * policies with parts this can't see through.
 */
export function canonicalForm(program: PolicyProgram): string | undefined {
  const { draft } = program;
  if (program.hasOtherHooks || [...draft.setup, ...draft.locals].some((item) => item.kind !== 'binding')) {
    return undefined;
  }
  const cost = inlined(draft.result, valuesByName(draft));
  const parts = subexpressions(cost);
  if (parts.length > LARGEST || parts.some((part) => part.kind === 'opaque')) return undefined;
  return canonicalText(simplify(cost));
}

/** Text that is equal for terms which differ in names, order and constants only. */
export function termShape(factor: Expression, values: ReadonlyMap<string, Expression>): string {
  const anonymous = mapExpression(inlined(factor, values), (part) =>
    part.kind === 'number' && part.value !== 0 ? number(1) : part,
  );
  return canonicalText(simplify(anonymous));
}

function inlined(expression: Expression, values: ReadonlyMap<string, Expression>): Expression {
  return mapExpression(expression, (part) => {
    const value = part.kind === 'name' ? values.get(part.name) : undefined;
    if (part.kind !== 'name' || value === undefined) return part;
    const others = new Map(values);
    others.delete(part.name);
    return inlined(value, others);
  });
}

function canonicalText(expression: Expression): string {
  if (isSum(expression)) {
    const terms = termsOf(expression).map((term) => `${term.weight}*${canonicalText(term.factor)}`);
    return `(${terms.sort().join('+')})`;
  }
  if (expression.kind === 'binary') {
    if (expression.operator === '*') return `(${factorsOf(expression).sort().join('*')})`;
    return `(${canonicalText(expression.left)}${expression.operator}${canonicalText(expression.right)})`;
  }
  if (expression.kind === 'call') {
    const args = expression.args.map(canonicalText);
    return `${expression.callee}(${(expression.callee.startsWith('Math.') ? args.sort() : args).join(',')})`;
  }
  if (expression.kind === 'choose') {
    return `(${[expression.test, expression.consequent, expression.alternate].map(canonicalText).join('?')})`;
  }
  return printExpression(expression);
}

function factorsOf(expression: Expression): string[] {
  return expression.kind === 'binary' && expression.operator === '*'
    ? [...factorsOf(expression.left), ...factorsOf(expression.right)]
    : [canonicalText(expression)];
}
