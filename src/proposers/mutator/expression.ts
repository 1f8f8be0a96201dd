/**
 * Arithmetic as the mutator sees it. Signals name the thing they are read from by its role, so that an expression can
 * move between policies whose parameters have other names.
 */
export type Expression =
  | NumberLiteral
  | { readonly kind: 'name'; readonly name: string }
  | Signal
  | { readonly kind: 'call'; readonly callee: string; readonly args: readonly Expression[] }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | Binary
  | {
      readonly kind: 'choose';
      readonly test: Expression;
      readonly consequent: Expression;
      readonly alternate: Expression;
    }
  /** Source text outside the mutator's arithmetic; it stays where and as it is. */
  | { readonly kind: 'opaque'; readonly text: string };

export interface NumberLiteral {
  readonly kind: 'number';
  readonly value: number;
}

export interface Signal {
  readonly kind: 'signal';
  readonly of: SignalRole;
  readonly field: string;
}

/** `init`: the factory's parameter; `request` and `worker`: those of the cost function. */
export type SignalRole = 'init' | 'request' | 'worker';

export interface Binary {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}

export function number(value: number): NumberLiteral {
  return { kind: 'number', value };
}

export function name(text: string): Expression {
  return { kind: 'name', name: text };
}

export function binary(left: Expression, operator: string, right: Expression): Binary {
  return { kind: 'binary', operator, left, right };
}

export function call(callee: string, ...args: Expression[]): Expression {
  return { kind: 'call', callee, args };
}

export function children(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'call':
      return expression.args;
    case 'negate':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'choose':
      return [expression.test, expression.consequent, expression.alternate];
    default:
      return [];
  }
}

/** `expression` with its children replaced; `parts` must have as many elements as `children` gave. */
export function withChildren(expression: Expression, parts: readonly Expression[]): Expression {
  const [first = expression, second = expression, third = expression] = parts;
  switch (expression.kind) {
    case 'call':
      return { ...expression, args: parts };
    case 'negate':
      return { ...expression, operand: first };
    case 'binary':
      return { ...expression, left: first, right: second };
    case 'choose':
      return { ...expression, test: first, consequent: second, alternate: third };
    default:
      return expression;
  }
}

/** Rebuilds bottom-up; an expression that `change` leaves alone keeps its identity. */
export function mapExpression(expression: Expression, change: (e: Expression) => Expression): Expression {
  const before = children(expression);
  const after = before.map((child) => mapExpression(child, change));
  const same = after.every((child, index) => child === before[index]);
  return change(same ? expression : withChildren(expression, after));
}

/** All subexpressions, the expression itself first. */
export function subexpressions(expression: Expression): Expression[] {
  const found: Expression[] = [];
  const visit = (part: Expression): void => {
    found.push(part);
    for (const child of children(part)) visit(child);
  };
  visit(expression);
  return found;
}

/** Names of bindings an expression refers to; opaque text is not looked into. */
export function namesIn(expression: Expression): Set<string> {
  const names = new Set<string>();
  for (const part of subexpressions(expression)) if (part.kind === 'name') names.add(part.name);
  return names;
}

/** One subexpression and the way to replace it in the whole. */
export interface Place {
  readonly expression: Expression;
  readonly parent: Expression | undefined;
  put(replacement: Expression): Expression;
}

/** All places of an expression, outermost first. */
export function placesIn(root: Expression): Place[] {
  const places: Place[] = [];
  const visit = (expression: Expression, parent: Expression | undefined, put: Place['put']): void => {
    places.push({ expression, parent, put });
    const parts = children(expression);
    for (const [index, part] of parts.entries()) {
      visit(part, expression, (replacement) => put(withChildren(expression, parts.with(index, replacement))));
    }
  };
  visit(root, undefined, (replacement) => replacement);
  return places;
}
