import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'acorn';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../harness/index.ts';
import { POLICY_GLOBALS, SIMULATOR_INTRINSICS } from '../../harness/isolate/realm-globals.ts';
import { openSealedRealm } from './sealed-realm.ts';

const realm = openSealedRealm();

/** The message of what the body throws, with the kind of error in front. */
function refusalOf(body: string): unknown {
  return realm.run(
    `try { ${body} } catch (error) { return error.name + ': ' + error.message } return 'done';`,
  );
}

/** Samples of everything that literals, functions and kept globals lead to. */
const SAMPLES = `[
  {}, [], '', 1, true, 1n, /x/, () => {}, function* () {}, async () => {}, async function* () {}, class {},
  (async () => {})(), ''.matchAll(/x/g), [].values(),
  new Map().values(), new Set().values(), ''[Object.getOwnPropertySymbols(String.prototype)[0]](),
  new Error(), ${POLICY_GLOBALS.join(', ')},
]`;

/** Everything that can be reached from the samples, in no order; the walk is the test's own. */
function reachable(): object[] {
  const found = new Set<object>();
  const visit = (value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || found.has(value))
      return;
    found.add(value);
    visit(Object.getPrototypeOf(value));
    for (const property of Object.values(Object.getOwnPropertyDescriptors(value))) {
      visit(property.value);
      visit(property.get);
      visit(property.set);
    }
    for (const symbol of Object.getOwnPropertySymbols(value))
      visit(Object.getOwnPropertyDescriptor(value, symbol)?.value);
  };
  for (const sample of realm.run(`return ${SAMPLES}.map(Object)`) as object[])
    visit(Object.getPrototypeOf(sample));
  for (const kept of realm.run(`return [${POLICY_GLOBALS.join(', ')}]`) as unknown[]) visit(kept);
  return [...found];
}

describe('a sealed realm', () => {
  it('has the globals of a policy and no others', () => {
    const names = Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Za-z]\w*$/.test(name));
    const found = names.filter((name) => realm.run(`return typeof ${name} !== 'undefined'`) === true);
    const kept: readonly string[] = POLICY_GLOBALS;
    expect(new Set(found)).toEqual(new Set(kept.filter((name) => name !== 'undefined')));
    for (const name of kept)
      expect(realm.run(`return ${name} === ${name} || ${name} !== ${name}`)).toBe(true);
  });

  it('has a global object that is frozen too, should somebody get hold of it', () => {
    expect(Object.isFrozen(realm.global)).toBe(true);
  });

  it('has nothing that is not frozen', () => {
    const objects = reachable();
    expect(objects.length).toBeGreaterThan(300);
    expect(objects.filter((object) => !Object.isFrozen(object)).map(String)).toEqual([]);
  });

  it('has no function of the process around it', () => {
    const foreign = reachable().filter(
      (object) => typeof object === 'function' && object instanceof Function,
    );
    expect(foreign).toEqual([]);
  });

  it.each<[string, string]>([
    ['Math.max = () => 0', "TypeError: Cannot assign to read only property 'max' of object '#<Object>'"],
    ['Math = {}', "TypeError: Cannot assign to read only property 'Math' of object"],
    ['Math.pi = 3', 'TypeError: Cannot add property pi, object is not extensible'],
    ['delete Math.max', "TypeError: Cannot delete property 'max' of #<Object>"],
    ['Array.prototype.push = () => 0', "TypeError: Cannot assign to read only property 'push' of object"],
    ['Array.prototype[0] = 1', 'TypeError: Cannot add property 0, object is not extensible'],
    ['Array.prototype.length = 1', "TypeError: Cannot assign to read only property 'length' of object"],
    ['Map.prototype.get = () => 0', "TypeError: Cannot assign to read only property 'get' of object"],
    ['Object.prototype.kind = 1', 'TypeError: Cannot add property kind, object is not extensible'],
    [
      "Object.defineProperty(Object.prototype, 'ttft', { set() {} })",
      'TypeError: Cannot define property ttft, object is not extensible',
    ],
    ['Object.setPrototypeOf(Object.prototype, {})', "TypeError: Immutable prototype object '"],
    ['Object.setPrototypeOf(Array.prototype, {})', 'TypeError: [object Array] is not extensible'],
    ['Float64Array.prototype.fill = 1', 'TypeError: Cannot a'],
    ['Object.getPrototypeOf(Int8Array).prototype.subarray = 1', 'TypeError: Cannot assign to read only'],
    ['Object.getPrototypeOf(() => {}).call = 1', 'TypeError: Cannot assign to read only'],
    ['Object.getPrototypeOf([].values()).next = 1', 'TypeError: Cannot assign to read only'],
    [
      'Object.getPrototypeOf(Object.getPrototypeOf((function* () {})())).next = 1',
      'TypeError: Cannot assign',
    ],
    ['Object.getPrototypeOf(/x/).exec = 1', 'TypeError: Cannot assign to read only'],
    ['Object.getPrototypeOf(1n).x = 1', 'TypeError: Cannot add property x'],
    [
      'Object.getOwnPropertySymbols(Array.prototype)[0].constructor.x = 1',
      'TypeError: Cannot add property x',
    ],
  ])('does not let itself be changed by %s', (body, message) => {
    expect(refusalOf(body)).toContain(message);
  });

  it.each<[string, string]>([
    ['Math.random()', 'TypeError: Math.random is not available: use init.rng'],
    ["'a'.localeCompare('b')", 'TypeError: localeCompare is not available'],
    ['(1234.5).toLocaleString()', 'TypeError: toLocaleString is not available'],
    ['[1].toLocaleString()', 'TypeError: toLocaleString is not available'],
    ['({}).toLocaleString()', 'TypeError: toLocaleString is not available'],
    ["'a'.normalize()", 'TypeError: normalize is not available'],
    ["'A'.toLocaleLowerCase()", 'TypeError: toLocaleLowerCase is not available'],
    ['new Float64Array(1).buffer', 'TypeError: buffer is not available'],
    ["/x/.constructor['$1']", 'TypeError: $1 is not available'],
    ["/x/.constructor.input = 'mark'", 'TypeError: input is not available'],
    ["(() => {}).constructor('return 1')()", 'TypeError: code from strings is not available'],
    ["(function* () {}).constructor('yield 1')", 'TypeError: code from strings is not available'],
    ["(async () => {}).constructor('return 1')", 'TypeError: code from strings is not available'],
    ["(async function* () {}).constructor('yield 1')", 'TypeError: code from strings is not available'],
    ['Error.captureStackTrace({})', 'TypeError: Error.captureStackTrace is not available'],
    ['Error.prepareStackTrace = (_, sites) => sites', 'TypeError: Cannot assign to read only'],
    ['Error.stackTraceLimit = 10', 'TypeError: Cannot assign to read only'],
    ['forgotten = 1', 'ReferenceError: forgotten is not defined'],
    ['Date.now()', 'ReferenceError: Date is not defined'],
    ['globalThis.mark = 1', 'ReferenceError: globalThis is not defined'],
    ['eval("1")', 'ReferenceError: eval is not defined'],
    ['new WeakRef({})', 'ReferenceError: WeakRef is not defined'],
  ])('refuses %s', (body, message) => {
    expect(refusalOf(body)).toContain(message);
  });

  it('tells no stack, and has no global object behind `this`', () => {
    expect(realm.run('return new Error("x").stack')).toBe('Error: x');
    expect(realm.run('return (function () { return typeof this; })()')).toBe('undefined');
    expect(realm.run('return [1].map(function () { return typeof this; })[0]')).toBe('undefined');
  });

  it('still runs the language', () => {
    const body = `
      class Base { #x = 1; get x() { return this.#x; } toString() { return 'base'; } }
      class Derived extends Base { constructor() { super(); this.y = 2; } }
      const { x, y, ...rest } = { ...{ x: 1 }, y: [3, 1, 2].sort()[0], z: 4 };
      function* upTo(n) { for (let i = 0; i < n; i++) yield i; }
      const totals = new Map([['a', 1]]);
      for (const i of upTo(4)) totals.set('n' + i, (totals.get('n' + i) ?? 0) + i);
      const typed = Float64Array.from([3, 1, 2]).sort().subarray(1);
      const failed = (() => { try { null.x } catch (error) { return error instanceof TypeError } })();
      return [new Derived().x, String(new Derived()), x, y, rest.z, [...totals.values()].join(), [...typed].join(),
        failed, Object.entries({ q: 1 }).flat().join(), 'a-b'.replace(/-/g, '+'), 2n ** 10n > 1000n].join(' ');`;
    expect(realm.run(body)).toBe('1 base 1 1 4 1,0,1,2,3 2,3 true q,1 a+b true');
  });
});

describe('the simulator', () => {
  it('needs no global that is not kept or handed to it', () => {
    const allowed = new Set<string>([...POLICY_GLOBALS, ...SIMULATOR_INTRINSICS]);
    expect(
      [...freeNames(readFileSync(join(packageRoot, 'dist/realm.js'), 'utf8'))].filter(
        (name) => !allowed.has(name),
      ),
    ).toEqual([]);
  });
});

interface SyntaxNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Names a script uses and binds nowhere, whatever the scope: enough for a bundle that binds a name once. */
function freeNames(script: string): Set<string> {
  const used = new Set<string>();
  const bound = new Set<string>(['arguments']);
  const visit = (node: SyntaxNode, role: string): void => {
    if (node.type === 'Identifier') (role === 'bound' ? bound : used).add(String(node['name']));
    for (const [field, value] of Object.entries(node))
      for (const child of Array.isArray(value) ? value : [value])
        if (isSyntaxNode(child)) visitChild(node, field, child, role);
  };
  const visitChild = (node: SyntaxNode, field: string, child: SyntaxNode, role: string): void => {
    const isPlainKey = (field === 'key' || field === 'property') && node['computed'] !== true;
    if (isPlainKey || field === 'label') return;
    const binds = field === 'params' || field === 'id' || field === 'param';
    const staysBound =
      role === 'bound' && /Pattern|RestElement|Property/.test(node.type) && field !== 'right';
    visit(child, binds || staysBound ? 'bound' : 'used');
  };
  visit(parse(script, { ecmaVersion: 'latest' }) as unknown as SyntaxNode, 'used');
  return new Set([...used].filter((name) => !bound.has(name)));
}

function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
