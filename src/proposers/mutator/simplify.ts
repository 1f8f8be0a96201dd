import { type Expression, mapExpression, number } from './expression.ts';

/** Removes what a mutation leaves behind: factors of 1, summands of 0, products of literals, signs in the wrong place. */
export function simplify(expression: Expression): Expression {
  return mapExpression(expression, simplifyNode);
}

function simplifyNode(expression: Expression): Expression {
  switch (expression.kind) {
    case 'negate':
      return simplifyNegation(expression.operand) ?? expression;
    case 'binary':
      return simplifyBinary(expression.operator, expression.left, expression.right) ?? expression;
    case 'call':
      return expression.args.length === 1 &&
        (expression.callee === 'Math.max' || expression.callee === 'Math.min')
        ? (expression.args[0] ?? expression)
        : expression;
    case 'choose':
      return JSON.stringify(expression.consequent) === JSON.stringify(expression.alternate)
        ? expression.consequent
        : expression;
    default:
      return expression;
  }
}

function simplifyNegation(operand: Expression): Expression | undefined {
  if (operand.kind === 'number') return number(-operand.value);
  return operand.kind === 'negate' ? operand.operand : undefined;
}

function simplifyBinary(operator: string, left: Expression, right: Expression): Expression | undefined {
  switch (operator) {
    case '+':
      return simplifySum(left, right);
    case '-':
      return simplifyDifference(left, right);
    case '*':
      return simplifyProduct(left, right);
    case '/':
      return isNumber(right, 1) || isNumber(left, 0) ? left : undefined;
    default:
      return undefined;
  }
}

function simplifySum(left: Expression, right: Expression): Expression | undefined {
  if (isNumber(left, 0)) return right;
  if (isNumber(right, 0)) return left;
  const positive = withoutSign(right);
  return positive === undefined ? undefined : { kind: 'binary', operator: '-', left, right: positive };
}

function simplifyDifference(left: Expression, right: Expression): Expression | undefined {
  if (isNumber(right, 0)) return left;
  const positive = withoutSign(right);
  return positive === undefined ? undefined : { kind: 'binary', operator: '+', left, right: positive };
}

function simplifyProduct(left: Expression, right: Expression): Expression | undefined {
  if (isNumber(left, 1)) return right;
  if (isNumber(right, 1)) return left;
  if (isNumber(left, 0) || isNumber(right, 0)) return number(0);
  if (left.kind !== 'number') return undefined;
  if (right.kind === 'number') return number(rounded(left.value * right.value));
  if (right.kind === 'binary' && right.operator === '*' && right.left.kind === 'number') {
    return { ...right, left: number(rounded(left.value * right.left.value)) };
  }
  return left.value === -1 ? { kind: 'negate', operand: right } : undefined;
}

/** The absolute part of an expression that begins with a minus sign. */
function withoutSign(expression: Expression): Expression | undefined {
  if (expression.kind === 'negate') return expression.operand;
  if (expression.kind === 'number' && expression.value < 0) return number(-expression.value);
  if (expression.kind !== 'binary' || expression.operator !== '*') return undefined;
  const left = withoutSign(expression.left);
  return left === undefined
    ? undefined
    : (simplifyProduct(left, expression.right) ?? { ...expression, left });
}

function isNumber(expression: Expression, value: number): boolean {
  return expression.kind === 'number' && expression.value === value;
}

/** Constants of a policy carry at most three significant digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
