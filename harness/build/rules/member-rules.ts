import type { AnyNode, Identifier } from 'acorn';
import { finding, type GateRule } from '../gate-rule.ts';
import { edgesOfText, keyText } from '../key-text.ts';
import {
  isFunction,
  type NodeOf,
  type Place,
  type Reference,
  type ScopedProgram,
} from '../scoped-program.ts';
import { isTypedArray } from './containers.ts';

/**
 * Members by which a policy would get at more than its own objects. A key that is put together while the policy runs
 * passes: in the realm all of these lead nowhere. Here the author learns it early, and in words.
 */
export const MEMBER_RULES = [
  {
    // `f.constructor` makes code from text; prototypes are shared with the simulator.
    id: 'no-prototype-access',
    find: (program) => [
      ...keysRead(program)
        .filter(({ key, place }) => LEADS_OUT.has(key) && !isHasOwnProperty(program, place))
        .map(({ key, place }) => finding(place, `\`${key}\` is not available: ${LEADS_OUT.get(key)}`)),
      ...builtKeys(program).map((place) =>
        finding(place, 'a key may not be put together from parts of a forbidden one: use a Map'),
      ),
    ],
  },
  {
    // Chance; and `Math` under another name, where nobody would see it.
    id: 'math-members',
    find: (program) =>
      uses(program, 'Math').flatMap((use) => {
        const keys = keysTaken(program, use);
        if (keys === undefined) return [finding(use, '`Math` is read by name only: write `Math.max(…)`')];
        return keys.includes('random')
          ? [finding(use, 'Math.random is not available: use `init.rng.next()`')]
          : [];
      }),
  },
  {
    // Reflection: getters, prototypes and symbols of objects that are not the policy's own.
    id: 'object-members',
    find: (program) =>
      uses(program, 'Object').flatMap((use) => {
        const keys = keysTaken(program, use);
        const refused = keys?.find((key) => !OBJECT_MEMBERS.has(key) && key !== 'prototype');
        if (keys !== undefined && refused === undefined) return [];
        const what = refused === undefined ? '`Object` as a value' : `Object.${refused}`;
        return [finding(use, `${what} is not available: there is Object.${[...OBJECT_MEMBERS].join(', ')}`)];
      }),
  },
  {
    // What a stack shows depends on the compiler's tier.
    id: 'no-stack-hooks',
    find: (program) =>
      keysRead(program)
        .filter(({ key }) => STACK_HOOKS.has(key))
        .map(({ key, place }) => finding(place, `\`${key}\` is not available: remove it`)),
  },
  {
    // Results differ between machines.
    id: 'no-locale',
    find: (program) =>
      keysRead(program)
        .filter(({ key }) => LOCALE_METHODS.has(key))
        .map(({ key, place }) =>
          finding(place, `\`${key}\` depends on the machine: compare strings with < and ===`),
        ),
  },
  {
    // The bits of NaN differ from run to run. Properties of the policy's own may be called `buffer`.
    id: 'no-raw-bits',
    find: (program) =>
      keysRead(program)
        .filter(({ key, place }) => key === 'buffer' && isOfTypedArray(program, place.node))
        .map(({ place }) =>
          finding(place, "a typed array's `buffer` is not available: copy its values to another typed array"),
        ),
  },
  {
    // A function's caller is the simulator. Properties of the policy's own may be called `caller`.
    id: 'no-caller',
    find: (program) =>
      keysRead(program)
        .filter(({ key, place }) => leadsToCaller(program, key, place.node))
        .map(({ key, place }) =>
          finding(place, `\`${key}\` of a function is not available: pass what is needed as an argument`),
        ),
  },
] as const satisfies readonly GateRule[];

const GETTERS = 'write a getter or a plain property';
const LEADS_OUT: ReadonlyMap<string, string> = new Map([
  ['constructor', 'name the class or function itself'],
  ['prototype', 'write a class with methods, or Object.hasOwn'],
  ['__proto__', 'write a class, or use a Map'],
  ['__defineGetter__', GETTERS],
  ['__defineSetter__', GETTERS],
  ['__lookupGetter__', GETTERS],
  ['__lookupSetter__', GETTERS],
]);

/** What of `Object` works on its arguments' own properties. */
const OBJECT_MEMBERS: ReadonlySet<string> = new Set([
  'keys',
  'values',
  'entries',
  'fromEntries',
  'assign',
  'create',
  'freeze',
  'isFrozen',
  'seal',
  'isSealed',
  'hasOwn',
  'is',
]);

const STACK_HOOKS: ReadonlySet<string> = new Set([
  'stackTraceLimit',
  'captureStackTrace',
  'prepareStackTrace',
]);

const LOCALE_METHODS: ReadonlySet<string> = new Set([
  'localeCompare',
  'toLocaleString',
  'toLocaleLowerCase',
  'toLocaleUpperCase',
]);

/** Fewer letters of a forbidden key than these, and a key that is put together is an ordinary one. */
const TELLING_LETTERS = 5;

interface KeyRead {
  readonly key: string;
  readonly place: Place<NodeOf<'MemberExpression'> | NodeOf<'Property'>>;
}

/** Keys of members and patterns, and `__proto__` in object literals, which sets the prototype. */
function keysRead(program: ScopedProgram): KeyRead[] {
  const members = program.places('MemberExpression').flatMap((place): KeyRead[] => {
    const key = keyText(program, place.node.property, place.node.computed);
    return key === undefined ? [] : [{ key, place }];
  });
  const properties = program.places('Property').flatMap((place): KeyRead[] => {
    const key = keyText(program, place.node.key, place.node.computed);
    const isRead = place.parent?.node.type === 'ObjectPattern' || key === '__proto__';
    return key === undefined || !isRead ? [] : [{ key, place }];
  });
  return [...members, ...properties];
}

/** Computed keys of which only some parts are in the text, and these are parts of a forbidden one. */
function builtKeys(program: ScopedProgram): Place[] {
  return program.places('MemberExpression').filter(({ node }) => {
    if (!node.computed || keyText(program, node.property, true) !== undefined) return false;
    const { first, last } = edgesOfText(program, node.property);
    return [...LEADS_OUT.keys()].some(
      (key) =>
        (first.length >= TELLING_LETTERS && key.startsWith(first)) ||
        (last.length >= TELLING_LETTERS && key.endsWith(last)),
    );
  });
}

/** Uses of a global that the program doesn't declare itself. */
function uses({ references }: ScopedProgram, name: string): readonly Reference[] {
  return references.filter(({ node, binding }) => node.name === name && binding === undefined);
}

/** The members a use takes: one of `Math.max`, several of `const { max, min } = Math`; undefined if that can't be told. */
function keysTaken(program: ScopedProgram, { node, parent }: Reference): readonly string[] | undefined {
  const user = parent?.node;
  if (user?.type === 'MemberExpression' && user.object === node) {
    const key = keyText(program, user.property, user.computed);
    return key === undefined ? undefined : [key];
  }
  if (user?.type !== 'VariableDeclarator' || user.id.type !== 'ObjectPattern') return undefined;
  const keys = user.id.properties.map((each) =>
    each.type === 'Property' ? keyText(program, each.key, each.computed) : undefined,
  );
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

/** `Object.prototype.hasOwnProperty`, the old way to write `Object.hasOwn`. */
function isHasOwnProperty(program: ScopedProgram, { node, parent }: KeyRead['place']): boolean {
  if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier') return false;
  const user = parent?.node;
  return (
    node.object.name === 'Object' &&
    program.resolve(node.object) === undefined &&
    user?.type === 'MemberExpression' &&
    keyText(program, user.property, user.computed) === 'hasOwnProperty'
  );
}

function isOfTypedArray(program: ScopedProgram, node: AnyNode): boolean {
  return node.type === 'MemberExpression' && isTypedArray(program, node.object);
}

function leadsToCaller(program: ScopedProgram, key: string, node: AnyNode): boolean {
  if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier') return false;
  if (node.object.name === 'arguments') return key === 'callee' || key === 'caller';
  return (key === 'caller' || key === 'arguments') && isFunctionItself(program, node.object);
}

function isFunctionItself(program: ScopedProgram, name: Identifier): boolean {
  const declaration = program.resolve(name)?.declaredBy;
  if (declaration?.type === 'VariableDeclarator')
    return declaration.id.type === 'Identifier' && declaration.init != null && isFunction(declaration.init);
  // A function declares its parameters too.
  return declaration?.type === 'FunctionDeclaration' && declaration.id?.name === name.name;
}
