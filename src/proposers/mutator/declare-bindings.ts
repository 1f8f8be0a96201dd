import { buildingBlock } from './building-blocks.ts';
import { type Expression, mapExpression, name, namesIn } from './expression.ts';
import { binding, bindingsOf, type Draft, declaredNames, type Item, type Section } from './policy-program.ts';
import { printExpression } from './print-expression.ts';

export interface Declared {
  readonly draft: Draft;
  /** The expression, with the names the draft has for its parts. */
  readonly expression: Expression;
}

/** A constant to declare, and where. */
export interface NamedValue {
  readonly name: string;
  readonly section: Section;
  readonly value: Expression;
}

/**
 * Declares the constants an expression refers to, `needed`, each after those it is made of. A draft that already has
 * such a constant, under whatever name, is not given another; a name taken by something else gets a number. Cost-level
 * constants go before item `before` of the locals (at the end by default).
 */
export function declareBindings(
  draft: Draft,
  expression: Expression,
  needed: readonly NamedValue[],
  before = draft.locals.length,
): Declared {
  let current = draft;
  let position = before;
  const names = new Map<string, string>();
  const resolve = (part: Expression): Expression =>
    mapExpression(part, (e) =>
      e.kind === 'name' && names.has(e.name) ? name(names.get(e.name) ?? e.name) : e,
    );
  for (const wanted of needed) {
    const value = resolve(wanted.value);
    const known = equalBinding(current, { ...wanted, value }, position);
    const chosen = known ?? freeName(current, wanted.name);
    if (chosen !== wanted.name) names.set(wanted.name, chosen);
    if (known !== undefined) continue;
    const item = binding(chosen, value);
    if (wanted.section === 'setup') current = { ...current, setup: [...current.setup, item] };
    else current = { ...current, locals: current.locals.toSpliced(position++, 0, item) };
  }
  return { draft: current, expression: resolve(expression) };
}

/** Declares the building blocks an expression refers to; its names must all be theirs. */
export function declareBuildingBlocks(draft: Draft, expression: Expression, before?: number): Declared {
  const needed = inOrderOfNeed(expression, buildingBlock);
  return declareBindings(draft, expression, needed, before);
}

/** The constants an expression needs, each after those it is made of. */
export function inOrderOfNeed<T extends NamedValue>(
  expression: Expression,
  find: (name: string) => T | undefined,
): T[] {
  const order: T[] = [];
  const visit = (part: Expression): void => {
    for (const needed of namesIn(part)) {
      const found = find(needed);
      if (found === undefined || order.includes(found)) continue;
      visit(found.value);
      order.push(found);
    }
  };
  visit(expression);
  return order;
}

/** A constant with this very value (a plain number must have the name, too), visible before item `position` of the locals. */
function equalBinding(draft: Draft, wanted: NamedValue, position: number): string | undefined {
  const text = printExpression(wanted.value);
  const locals: readonly Item[] = wanted.section === 'setup' ? [] : draft.locals.slice(0, position);
  return bindingsOf([...draft.setup, ...locals]).find(
    ({ name: known, value }) =>
      printExpression(value) === text && (value.kind !== 'number' || known === wanted.name),
  )?.name;
}

export function freeName(draft: Draft, wanted: string): string {
  const taken = declaredNames(draft);
  let candidate = wanted;
  for (let suffix = 2; taken.has(candidate); suffix++) candidate = `${wanted}${suffix}`;
  return candidate;
}
