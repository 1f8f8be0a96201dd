import type { Expression, Signal } from './expression.ts';
import { type Dimension, fieldUnit } from './signals.ts';

/** A physical unit: the exponent of each base unit, e.g. ms/token = { ms: 1, tokens: −1 }. */
export interface Unit {
  readonly tokens: number;
  readonly blocks: number;
  readonly requests: number;
  readonly ms: number;
}

const NONE: Unit = { tokens: 0, blocks: 0, requests: 0, ms: 0 };
const BASES = ['tokens', 'blocks', 'requests', 'ms'] as const;

export function unitOfDimension(dimension: Dimension): Unit {
  return dimension === 'ratio' ? NONE : { ...NONE, [dimension]: 1 };
}

/** The unit of an expression. Literal weights are unitless; a sum has the unit of its first summand that has one. */
export function unitOf(expression: Expression, values: ReadonlyMap<string, Expression>): Unit {
  const unit = (part: Expression): Unit => unitOf(part, values);
  switch (expression.kind) {
    case 'signal':
      return unitOfSignal(expression);
    case 'name':
      return unitOfName(expression.name, values);
    case 'negate':
      return unit(expression.operand);
    case 'choose':
      return firstUnit([unit(expression.consequent), unit(expression.alternate)]);
    case 'call':
      if (expression.callee.startsWith('engine.')) return unitOfDimension('ms');
      return firstUnit(expression.args.map(unit));
    case 'binary':
      return combined(expression.operator, unit(expression.left), unit(expression.right));
    default:
      return NONE;
  }
}

function unitOfSignal({ of, field }: Signal): Unit {
  if (field === 'blockSize') return { ...NONE, tokens: 1, blocks: -1 };
  const dimension = fieldUnit(of, field);
  return dimension === undefined ? NONE : unitOfDimension(dimension);
}

function unitOfName(name: string, values: ReadonlyMap<string, Expression>): Unit {
  const value = values.get(name);
  if (value === undefined) return NONE;
  const outer = new Map(values);
  outer.delete(name);
  if (name === 'probeTokens') return unitOfDimension('tokens');
  return unitOf(value, outer);
}

function combined(operator: string, left: Unit, right: Unit): Unit {
  switch (operator) {
    case '*':
      return merged(left, right, 1);
    case '/':
      return merged(left, right, -1);
    case '+':
    case '-':
    case '%':
      return firstUnit([left, right]);
    default:
      return NONE;
  }
}

function merged(left: Unit, right: Unit, sign: number): Unit {
  return {
    tokens: left.tokens + sign * right.tokens,
    blocks: left.blocks + sign * right.blocks,
    requests: left.requests + sign * right.requests,
    ms: left.ms + sign * right.ms,
  };
}

function firstUnit(units: readonly Unit[]): Unit {
  return units.find((unit) => BASES.some((base) => unit[base] !== 0)) ?? NONE;
}

/** The dimension a unit amounts to; products such as ms × requests count as their first base unit with exponent 1. */
export function dimensionOf(unit: Unit): Dimension {
  for (const base of ['ms', 'tokens', 'blocks', 'requests'] as const) if (unit[base] === 1) return base;
  return 'ratio';
}
