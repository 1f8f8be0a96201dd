import type { Expression } from './expression.ts';
import {
  leftNeedsParentheses,
  parenthesised,
  precedenceOf,
  printCallee,
  printExpression,
  type RoleNames,
  rightNeedsParentheses,
} from './print-expression.ts';

export const LINE_WIDTH = 110;

/** Where a statement stands: columns of indentation, and the names to print. */
export interface Margin {
  readonly indent: number;
  readonly names: RoleNames;
}

/** `const name = value;`, broken over lines where it must be. The first line carries no indentation. */
export function layOutConst(name: string, value: Expression, { indent, names }: Margin): string {
  const head = `const ${name} = `;
  const oneLine = `${head}${printExpression(value, names)};`;
  if (fits(oneLine, indent)) return oneLine;
  if (value.kind === 'choose') return layOutChoice(head, value, { indent, names });
  if (value.kind !== 'binary') return `${head}${brokenUp(value, { indent, names })};`;
  return `${head.trimEnd()}\n${pad(indent + 2)}${layOutValue(value, ';', { indent: indent + 2, names })};`;
}

/** `return value;`, broken over lines where it must be. */
export function layOutReturn(value: Expression, { indent, names }: Margin): string {
  const oneLine = `return ${printExpression(value, names)};`;
  if (fits(oneLine, indent)) return oneLine;
  if (value.kind === 'choose') return layOutBranches('return ', value, { indent, names });
  if (value.kind !== 'binary') return `return ${brokenUp(value, { indent, names })};`;
  const inner = layOutValue(value, '', { indent: indent + 2, names });
  return `return (\n${pad(indent + 2)}${inner}\n${pad(indent)});`;
}

function layOutChoice(head: string, value: Expression & { kind: 'choose' }, margin: Margin): string {
  if (value.test.kind !== 'binary') return layOutBranches(head, value, margin);
  const inner = { ...margin, indent: margin.indent + 2 };
  const oneLine = `${printExpression(value, margin.names)};`;
  const body = fits(oneLine, inner.indent) ? oneLine : layOutBranches('', value, inner);
  return `${head.trimEnd()}\n${pad(inner.indent)}${body}`;
}

function layOutBranches(head: string, value: Expression & { kind: 'choose' }, margin: Margin): string {
  const test = printExpression(value.test, margin.names);
  const branch = pad(margin.indent + 2);
  const then = printExpression(value.consequent, margin.names);
  return `${head}${test}\n${branch}? ${then}\n${branch}: ${printExpression(value.alternate, margin.names)};`;
}

/** A value whose first line starts at `indent`, and which `tail` follows. */
function layOutValue(value: Expression, tail: string, margin: Margin): string {
  const oneLine = printExpression(value, margin.names);
  return fits(oneLine + tail, margin.indent) ? oneLine : brokenUp(value, margin);
}

/** Calls with one argument a line; chains of one precedence broken at every operator. */
function brokenUp(value: Expression, margin: Margin): string {
  if (value.kind === 'call') {
    const inner = pad(margin.indent + 2);
    const args = value.args
      .map((argument) => `${inner}${printExpression(argument, margin.names)},\n`)
      .join('');
    return `${printCallee(value.callee, margin.names)}(\n${args}${pad(margin.indent)})`;
  }
  if (value.kind === 'binary') return chainOf(value, margin.names).join(`\n${pad(margin.indent)}`);
  return printExpression(value, margin.names);
}

/** Operands of a left-leaning chain, each followed by the operator to its right. */
function chainOf(value: Expression & { kind: 'binary' }, names: RoleNames): string[] {
  const right = parenthesised(value.right, names, rightNeedsParentheses(value.operator, value.right));
  const { left, operator } = value;
  const continues =
    left.kind === 'binary' &&
    precedenceOf(left) === precedenceOf(value) &&
    !leftNeedsParentheses(operator, left);
  const before = continues
    ? chainOf(left, names)
    : [parenthesised(left, names, leftNeedsParentheses(operator, left))];
  return [...before.slice(0, -1), `${before.at(-1)} ${operator}`, right];
}

/** Whether every line of a statement that stands at `indent` is within the width. */
export function staysWithin(statement: string, indent: number): boolean {
  return statement.split('\n').every((line, index) => fits(line, index === 0 ? indent : 0));
}

function fits(text: string, indent: number): boolean {
  return indent + text.length <= LINE_WIDTH && !text.slice(0, -1).includes('\n');
}

function pad(columns: number): string {
  return ' '.repeat(columns);
}
