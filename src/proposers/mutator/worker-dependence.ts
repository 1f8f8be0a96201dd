import { type Expression, subexpressions } from './expression.ts';

/** Whether an expression can differ between workers; opaque parts and unknown names are taken to differ. */
export function dependsOnWorker(expression: Expression, values: ReadonlyMap<string, Expression>): boolean {
  return subexpressions(expression).some((part) => {
    if (part.kind === 'signal') return part.of === 'worker';
    if (part.kind === 'opaque') return true;
    if (part.kind !== 'name') return false;
    const value = values.get(part.name);
    if (value === undefined) return true;
    const others = new Map(values);
    others.delete(part.name);
    return dependsOnWorker(value, others);
  });
}
