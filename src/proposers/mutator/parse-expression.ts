import type { AnyNode } from 'acorn';
import type { Expression, SignalRole } from './expression.ts';
import { isKnownOperator } from './print-expression.ts';

/** What the names of a policy stand for. */
export interface Scope {
  readonly source: string;
  /** Parameter names and their roles. */
  readonly roles: ReadonlyMap<string, SignalRole>;
}

const MATH_FUNCTIONS = new Set([
  'max',
  'min',
  'abs',
  'sqrt',
  'log',
  'log2',
  'log1p',
  'exp',
  'floor',
  'ceil',
  'sign',
]);
const ENGINE_FUNCTIONS = new Set(['prefillMs', 'decodeMs']);

/** The mutator's view of an expression; parts it has no arithmetic for become opaque text. */
export function parseExpression(node: AnyNode, scope: Scope): Expression {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'number' ? { kind: 'number', value: node.value } : opaque(node, scope);
    case 'Identifier':
      return scope.roles.has(node.name) ? opaque(node, scope) : { kind: 'name', name: node.name };
    case 'UnaryExpression':
      return parseUnary(node.operator, parseExpression(node.argument, scope)) ?? opaque(node, scope);
    case 'BinaryExpression':
    case 'LogicalExpression':
      if (!isKnownOperator(node.operator) || node.left.type === 'PrivateIdentifier')
        return opaque(node, scope);
      return {
        kind: 'binary',
        operator: node.operator,
        left: parseExpression(node.left, scope),
        right: parseExpression(node.right, scope),
      };
    case 'ConditionalExpression':
      return {
        kind: 'choose',
        test: parseExpression(node.test, scope),
        consequent: parseExpression(node.consequent, scope),
        alternate: parseExpression(node.alternate, scope),
      };
    case 'MemberExpression':
      return parseSignal(node, scope) ?? opaque(node, scope);
    case 'CallExpression': {
      const callee = parseCallee(node.callee, scope);
      if (callee === undefined || node.arguments.some((argument) => argument.type === 'SpreadElement')) {
        return opaque(node, scope);
      }
      return {
        kind: 'call',
        callee,
        args: node.arguments.map((argument) => parseExpression(argument, scope)),
      };
    }
    default:
      return opaque(node, scope);
  }
}

function opaque(node: AnyNode, scope: Scope): Expression {
  return { kind: 'opaque', text: scope.source.slice(node.start, node.end) };
}

function parseUnary(operator: string, operand: Expression): Expression | undefined {
  if (operator === '+') return operand;
  if (operator !== '-') return undefined;
  return operand.kind === 'number' ? { kind: 'number', value: -operand.value } : { kind: 'negate', operand };
}

function parseSignal(node: AnyNode, scope: Scope): Expression | undefined {
  if (node.type !== 'MemberExpression' || node.computed || node.optional) return undefined;
  if (node.object.type !== 'Identifier' || node.property.type !== 'Identifier') return undefined;
  const of = scope.roles.get(node.object.name);
  return of === undefined ? undefined : { kind: 'signal', of, field: node.property.name };
}

function parseCallee(node: AnyNode, scope: Scope): string | undefined {
  if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier')
    return undefined;
  const method = node.property.name;
  if (node.object.type === 'Identifier') {
    return node.object.name === 'Math' && MATH_FUNCTIONS.has(method) ? `Math.${method}` : undefined;
  }
  const receiver = parseSignal(node.object, scope);
  const isEngine = receiver?.kind === 'signal' && receiver.of === 'init' && receiver.field === 'engine';
  return isEngine && ENGINE_FUNCTIONS.has(method) ? `engine.${method}` : undefined;
}
