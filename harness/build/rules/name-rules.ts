import { POLICY_GLOBALS } from '../../isolate/realm-globals.ts';
import { RESERVED_PREFIX } from '../fuel-names.ts';
import { finding, type GateRule } from '../gate-rule.ts';
import { rootOf } from '../scoped-program.ts';

const GLOBALS: ReadonlySet<string> = new Set(POLICY_GLOBALS);

/** Common names for which `Number.isFinite` and the like may well stand; nothing rests on what they mean. */
const MAY_BE_SHADOWED: ReadonlySet<string> = new Set(['isFinite', 'isNaN']);

/** Which names a policy uses, and what for. */
export const NAME_RULES = [
  {
    // Clocks, chance, the machine: none of them is there when the policy runs, and here the author learns it early.
    id: 'known-names',
    find: ({ references }) =>
      references
        .filter(({ node, binding }) => binding === undefined && !GLOBALS.has(node.name))
        .filter(({ node }) => !node.name.startsWith(RESERVED_PREFIX))
        .map((place) => finding(place, problemWith(place.node.name))),
  },
  {
    // Who reads `Math.max` in a policy, person or rule, may trust that it is the one.
    id: 'no-shadowed-globals',
    find: ({ declared }) =>
      declared
        .filter(({ name }) => GLOBALS.has(name) && !MAY_BE_SHADOWED.has(name))
        .map((node) => finding({ node }, `\`${node.name}\` is a global: give this another name`)),
  },
  {
    // The simulator computes with the same objects. In the realm they are frozen.
    id: 'no-global-writes',
    find: (program) =>
      program.targets.flatMap((target) => {
        const root = rootOf(target);
        if (root === undefined || !GLOBALS.has(root.name) || program.resolve(root) !== undefined) return [];
        const problem = `\`${root.name}\` can't be changed: keep the value in a variable of the factory`;
        return [finding({ node: target }, problem)];
      }),
  },
  {
    // The counter of steps has such a name.
    id: 'reserved-names',
    find: ({ declared, references }) =>
      [...declared, ...references.map(({ node }) => node)]
        .filter(({ name }) => name.startsWith(RESERVED_PREFIX))
        .map((node) =>
          finding({ node }, `names that begin with \`${RESERVED_PREFIX}\` are reserved: rename it`),
        ),
  },
] as const satisfies readonly GateRule[];

const REMEDIES: Readonly<Record<string, string>> = {
  Date: 'use `req.now`, the simulated time in ms',
  performance: 'use `req.now`, the simulated time in ms',
  crypto: 'use `init.rng`',
  console: 'remove it, nothing is printed',
  parseInt: 'use `Number.parseInt`',
  parseFloat: 'use `Number.parseFloat`',
  JSON: 'keep numbers, arrays and objects as they are',
  Symbol: 'use string keys, and arrays for what is iterated',
  BigInt: 'use numbers',
  RegExp: 'use startsWith, includes, split or === on strings',
  Promise: 'a simulation is one synchronous turn, return the value itself',
  WeakMap: 'use a Map',
  WeakSet: 'use a Set',
  globalThis: 'declare what is needed inside the factory',
  window: 'declare what is needed inside the factory',
  global: 'declare what is needed inside the factory',
  arguments: 'name the parameters, or write `...rest`',
  require: 'a policy is one module, remove it',
  module: 'write `export default function create(init) { … }`',
  exports: 'write `export default function create(init) { … }`',
};

function problemWith(name: string): string {
  const remedy = Object.hasOwn(REMEDIES, name) ? REMEDIES[name] : undefined;
  return remedy === undefined
    ? `\`${name}\` is neither declared nor a global of policies: declare it, or do without`
    : `\`${name}\` is not available: ${remedy}`;
}
