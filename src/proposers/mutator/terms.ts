import { binary, type Expression, number } from './expression.ts';
import { printExpression } from './print-expression.ts';
import { rounded } from './simplify.ts';

/** One summand: `weight` × `factor`. */
export interface Term {
  readonly weight: number;
  readonly factor: Expression;
}

export function isSum(expression: Expression): boolean {
  return expression.kind === 'binary' && (expression.operator === '+' || expression.operator === '-');
}

/** The summands of an expression, in order; one term if it is no sum. */
export function termsOf(expression: Expression): Term[] {
  if (expression.kind === 'negate') return negated(termsOf(expression.operand));
  if (expression.kind !== 'binary') return [asTerm(expression)];
  if (expression.operator === '+') return [...termsOf(expression.left), ...termsOf(expression.right)];
  if (expression.operator === '-')
    return [...termsOf(expression.left), ...negated(termsOf(expression.right))];
  return [asTerm(expression)];
}

function negated(terms: readonly Term[]): Term[] {
  return terms.map((term) => ({ ...term, weight: -term.weight }));
}

function asTerm(expression: Expression): Term {
  if (expression.kind === 'number') return { weight: expression.value, factor: number(1) };
  if (expression.kind === 'binary' && expression.operator === '*') {
    if (expression.left.kind === 'number') return { weight: expression.left.value, factor: expression.right };
    if (expression.right.kind === 'number')
      return { weight: expression.right.value, factor: expression.left };
    const left = asTerm(expression.left);
    return left.weight === 1
      ? { weight: 1, factor: expression }
      : { ...left, factor: binary(left.factor, '*', expression.right) };
  }
  return { weight: 1, factor: expression };
}

/** The sum of the terms, one with a positive weight first where there is one; 0 for none. */
export function sumOf(terms: readonly Term[]): Expression {
  const first = terms.find((term) => term.weight > 0) ?? terms[0];
  if (first === undefined) return number(0);
  const rest = terms.filter((term) => term !== first);
  return rest.reduce(
    (sum, term) =>
      term.weight < 0
        ? binary(sum, '-', weighted({ ...term, weight: -term.weight }))
        : binary(sum, '+', weighted(term)),
    weighted(first),
  );
}

function weighted({ weight, factor }: Term): Expression {
  if (weight === 1) return factor;
  if (factor.kind === 'number') return number(weight * factor.value);
  if (weight === -1) return { kind: 'negate', operand: factor };
  return withLeadingFactor(number(weight), factor);
}

/** `weight * a * b` rather than `weight * (a * b)`. */
export function withLeadingFactor(weight: Expression, factor: Expression): Expression {
  return factor.kind === 'binary' && factor.operator === '*'
    ? { ...factor, left: withLeadingFactor(weight, factor.left) }
    : binary(weight, '*', factor);
}

/** The terms with `added` at the end, or joined with an equal one. */
export function withTerm(terms: readonly Term[], added: Term): Term[] {
  const text = printExpression(added.factor);
  const same = terms.findIndex((term) => printExpression(term.factor) === text);
  const known = terms[same];
  if (known === undefined) return [...terms, added];
  return terms.with(same, { ...known, weight: rounded(known.weight + added.weight) });
}
