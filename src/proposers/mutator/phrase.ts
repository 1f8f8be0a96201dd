import type { Expression } from './expression.ts';
import { printExpression } from './print-expression.ts';

const LONGEST = 70;

/** An expression as it reads in a sentence: `0.5 × queuedTokens`. */
export function phrase(expression: Expression): string {
  const text = printExpression(expression)
    .replaceAll(/\b(?:worker|req|init\.engine|init|Math)\./g, '')
    .replaceAll(' * ', ' × ')
    .replaceAll(' / ', ' ÷ ')
    .replaceAll(/\s+/g, ' ');
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
