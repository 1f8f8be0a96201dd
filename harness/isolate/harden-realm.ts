import { isObject, ownValues, reachableFrom } from './reachable.ts';
import { POLICY_GLOBALS, SIMULATOR_INTRINSICS } from './realm-globals.ts';

/**
 * The first script of a policy's realm. Loading it takes away what could tell one evaluation from another (chance,
 * locale, float bits, stacks, the last match) and freezes every object of the language. Afterwards the simulator is
 * loaded, then `seal` leaves a policy the globals it may have.
 */

// The realm's own functions, before anything is replaced.
const { create, freeze, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, isFrozen, preventExtensions } =
  Object;
const { defineProperty, deleteProperty, ownKeys } = Reflect;
const { isView } = ArrayBuffer;
const realmGlobal: object = globalThis;

const TypedArray: { readonly prototype: object } = getPrototypeOf(Int8Array);

/** Kinds of functions have a constructor each, and each makes code from text. */
const FUNCTION_KINDS: readonly object[] = [
  () => {},
  function* () {},
  async () => {},
  async function* () {},
].map((sample) => getPrototypeOf(sample));

/** Intrinsics that no global names. */
const HIDDEN: readonly unknown[] = [
  ...FUNCTION_KINDS,
  (function* () {})(),
  (async function* () {})(),
  [][Symbol.iterator](),
  new Map()[Symbol.iterator](),
  new Set()[Symbol.iterator](),
  ''[Symbol.iterator](),
  ''.matchAll(/./g),
  /./,
  new Error(),
  TypedArray,
  ...iteratorHelpers(),
];

/** Results depend on the machine's language settings or Unicode version. */
const LOCALE_METHODS = [
  'toLocaleString',
  'localeCompare',
  'toLocaleLowerCase',
  'toLocaleUpperCase',
  'toLocaleDateString',
  'toLocaleTimeString',
  'normalize',
];

const WITH_LOCALE_METHODS: readonly object[] = [
  String.prototype,
  Number.prototype,
  Array.prototype,
  BigInt.prototype,
  TypedArray.prototype,
  Date.prototype,
  Object.prototype,
];

/**
 * Object.freeze makes V8 store to arrays slowly ever after, because of what it does to the elements of their
 * prototypes. Frozen property by property they mean the same.
 */
const FROZEN_BY_PROPERTY: ReadonlySet<object> = new Set([
  Object.prototype,
  Array.prototype,
  TypedArray.prototype,
  ...concreteTypedArrays(),
]);

export interface HardenedRealm {
  /** Values for the parameters of the simulator's script. */
  readonly intrinsics: readonly unknown[];
  /** Ends the realm's preparation: from here on there are the policy's globals and no way to add one. */
  readonly seal: () => void;
}

export const intrinsics: HardenedRealm['intrinsics'] = SIMULATOR_INTRINSICS.map(
  (name) => getOwnPropertyDescriptor(realmGlobal, name)?.value,
);

replaceForbidden();
freezeAll(reachableFrom([...ownValues(realmGlobal), getPrototypeOf(realmGlobal), ...HIDDEN], realmGlobal));

export const seal: HardenedRealm['seal'] = () => {
  const kept = new Set<string | symbol>(POLICY_GLOBALS);
  for (const key of ownKeys(realmGlobal)) {
    const isDone = kept.has(key)
      ? defineProperty(realmGlobal, key, { writable: false, configurable: false })
      : deleteProperty(realmGlobal, key);
    if (!isDone) throw new Error(`the global ${String(key)} can't be taken away`);
  }
  preventExtensions(realmGlobal);
};

/** Replaces, never deletes: an object that loses a property is looked up slowly. */
function replaceForbidden(): void {
  Math.random = refusing('Math.random is not available: use init.rng');
  for (const holder of WITH_LOCALE_METHODS) {
    for (const name of LOCALE_METHODS) {
      if (getOwnPropertyDescriptor(holder, name) === undefined) continue;
      defineProperty(holder, name, { value: refusing(`${name} is not available`) });
    }
  }
  replaceAccessor(TypedArray.prototype, 'buffer');
  // The last match of any regular expression: a memory that would outlive a simulation.
  for (const key of ownKeys(RegExp)) {
    if (getOwnPropertyDescriptor(RegExp, key)?.get !== undefined && typeof key === 'string')
      replaceAccessor(RegExp, key);
  }
  const noCode = refusing('code from strings is not available');
  for (const kind of FUNCTION_KINDS)
    defineProperty(kind, 'constructor', { value: noCode, writable: false, configurable: false });
  hideStacks();
}

function hideStacks(): void {
  Error.stackTraceLimit = 0;
  Error.captureStackTrace = refusing('Error.captureStackTrace is not available');
  const nothing = { value: undefined, writable: false, enumerable: false, configurable: false };
  defineProperty(Error, 'prepareStackTrace', nothing);
}

function replaceAccessor(holder: object, name: string): void {
  const refuse = refusing(`${name} is not available`);
  defineProperty(holder, name, { get: refuse, set: refuse, enumerable: false, configurable: true });
}

function refusing(message: string): () => never {
  return () => {
    throw new TypeError(message);
  };
}

function freezeAll(objects: ReadonlySet<object>): void {
  for (const object of objects) {
    if (isView(object)) continue;
    if (FROZEN_BY_PROPERTY.has(object)) freezeByProperty(object);
    else freeze(object);
    if (!isFrozen(object)) throw new Error('the realm has an object that does not freeze');
  }
}

function freezeByProperty(object: object): void {
  preventExtensions(object);
  for (const key of ownKeys(object)) {
    const isData = hasOwn(getOwnPropertyDescriptor(object, key) ?? {}, 'writable');
    defineProperty(object, key, isData ? { writable: false, configurable: false } : { configurable: false });
  }
  // V8 gives a prototype its fast form back, with constant methods, when it becomes the prototype of something.
  create(object);
}

function concreteTypedArrays(): object[] {
  return ownValues(realmGlobal)
    .filter((value) => isObject(value) && getPrototypeOf(value) === TypedArray)
    .map((kind) => (kind as typeof TypedArray).prototype);
}

/** From Node 22 on. */
function iteratorHelpers(): unknown[] {
  const iterator: unknown = getOwnPropertyDescriptor(realmGlobal, 'Iterator')?.value;
  if (typeof iterator !== 'function') return [];
  const { from } = iterator as unknown as { readonly from: (source: object) => IteratorWithHelpers };
  return [from({ next: () => ({ done: true, value: undefined }) }), from([]).map((value) => value)];
}

interface IteratorWithHelpers {
  readonly map: (change: (value: unknown) => unknown) => unknown;
}
