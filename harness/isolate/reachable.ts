// Taken before any policy runs.
const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { ownKeys } = Reflect;

/** Every object to be got at from these values by reading properties, accessors and prototypes; `end` ends the way. */
export function reachableFrom(roots: readonly unknown[], end?: object): ReadonlySet<object> {
  const found = new Set<object>();
  const pending = [...roots];
  while (pending.length > 0) {
    const value = pending.pop();
    if (!isObject(value) || value === end || found.has(value)) continue;
    found.add(value);
    pending.push(getPrototypeOf(value));
    addOwnValues(value, pending);
  }
  return found;
}

/** Values, getters and setters of an object's own properties. */
export function ownValues(object: object): unknown[] {
  const values: unknown[] = [];
  addOwnValues(object, values);
  return values;
}

function addOwnValues(object: object, values: unknown[]): void {
  for (const key of ownKeys(object)) {
    const property = getOwnPropertyDescriptor(object, key);
    if (property !== undefined) values.push(property.value, property.get, property.set);
  }
}

export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
