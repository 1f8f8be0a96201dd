import type { Expression, SignalRole } from './expression.ts';

/** Names of the parameters in the policy being written. */
export type RoleNames = Readonly<Record<SignalRole, string>>;

export const USUAL_NAMES: RoleNames = { init: 'init', request: 'req', worker: 'worker' };

const PRECEDENCE: Readonly<Record<string, number>> = {
  '??': 1,
  '||': 2,
  '&&': 3,
  '===': 6,
  '!==': 6,
  '==': 6,
  '!=': 6,
  '<': 7,
  '<=': 7,
  '>': 7,
  '>=': 7,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
};
const CHOOSE = 0;
const UNARY = 12;
const ATOM = 20;

export function isKnownOperator(operator: string): boolean {
  return operator in PRECEDENCE;
}

/** One line of TypeScript with no more parentheses than a formatter would leave. */
export function printExpression(expression: Expression, names: RoleNames = USUAL_NAMES): string {
  switch (expression.kind) {
    case 'number':
      return printNumber(expression.value);
    case 'name':
      return expression.name;
    case 'signal':
      return `${names[expression.of]}.${expression.field}`;
    case 'opaque':
      return expression.text;
    case 'call':
      return `${printCallee(expression.callee, names)}(${expression.args.map((a) => printExpression(a, names)).join(', ')})`;
    case 'negate':
      return `-${parenthesised(expression.operand, names, precedenceOf(expression.operand) <= UNARY)}`;
    case 'binary': {
      const left = parenthesised(
        expression.left,
        names,
        leftNeedsParentheses(expression.operator, expression.left),
      );
      const right = parenthesised(
        expression.right,
        names,
        rightNeedsParentheses(expression.operator, expression.right),
      );
      return `${left} ${expression.operator} ${right}`;
    }
    case 'choose': {
      const test = parenthesised(expression.test, names, expression.test.kind === 'choose');
      return `${test} ? ${printExpression(expression.consequent, names)} : ${printExpression(expression.alternate, names)}`;
    }
  }
}

/** As `printExpression`, in parentheses if told so. */
export function parenthesised(expression: Expression, names: RoleNames, wrap: boolean): string {
  const text = printExpression(expression, names);
  return wrap ? `(${text})` : text;
}

/** `engine.prefillMs` is a method of the factory's parameter; other callees are globals. */
export function printCallee(callee: string, names: RoleNames): string {
  return callee.startsWith('engine.') ? `${names.init}.${callee}` : callee;
}

export function printNumber(value: number): string {
  return Object.is(value, -0) ? '0' : String(value);
}

export function precedenceOf(expression: Expression): number {
  switch (expression.kind) {
    case 'binary':
      return PRECEDENCE[expression.operator] ?? CHOOSE;
    case 'choose':
      return CHOOSE;
    case 'opaque':
      return /^[\w$.]+$/.test(expression.text) ? ATOM : CHOOSE;
    case 'negate':
      return UNARY;
    case 'number':
      return expression.value < 0 ? UNARY : ATOM;
    default:
      return ATOM;
  }
}

export function leftNeedsParentheses(operator: string, left: Expression): boolean {
  if (left.kind !== 'binary') return precedenceOf(left) < (PRECEDENCE[operator] ?? CHOOSE);
  const own = PRECEDENCE[operator] ?? CHOOSE;
  const inner = precedenceOf(left);
  if (inner > own) return left.operator === '%' && own === 9;
  return inner < own || !readsAsChain(operator, left.operator);
}

export function rightNeedsParentheses(operator: string, right: Expression): boolean {
  const own = PRECEDENCE[operator] ?? CHOOSE;
  if (precedenceOf(right) === UNARY) return own === 9;
  return precedenceOf(right) <= own || (right.kind === 'binary' && right.operator === '%' && own === 9);
}

/** Whether two operators of one precedence are written side by side without parentheses. */
function readsAsChain(outer: string, inner: string): boolean {
  const precedence = PRECEDENCE[outer];
  if (precedence === 6 || precedence === 7) return false;
  return precedence !== 10 || (outer === inner && outer !== '%');
}
