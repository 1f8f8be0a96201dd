import { finding, type GateRule } from '../gate-rule.ts';
import type { ScopedProgram } from '../scoped-program.ts';

/**
 * Syntax that policies do without. These bans are sound: no code comes out of strings later. `with` needs no rule, the
 * compiler refuses it in modules.
 */
export const SYNTAX_RULES = [
  {
    // A failed import() rejects with an error of the host's own realm: a way out of the policy's.
    id: 'no-dynamic-import',
    find: (program) =>
      program
        .places('ImportExpression')
        .map((place) => finding(place, 'import() is not available: a policy is one module, remove it')),
  },
  {
    // Belongs to the loader of modules, not to the policy.
    id: 'no-import-meta',
    find: (program) =>
      metaProperties(program, 'import').map((place) =>
        finding(place, 'import.meta is not available: remove it'),
      ),
  },
  {
    // Hands out a constructor that nobody named.
    id: 'no-new-target',
    find: (program) =>
      metaProperties(program, 'new').map((place) =>
        finding(place, 'new.target is not available: name the class, or pass it as an argument'),
      ),
  },
  {
    // Nothing runs after the simulation's one synchronous turn; code that would is never honest.
    id: 'no-async',
    find: (program) => [
      ...functions(program)
        .filter(({ node }) => node.async)
        .map((place) => finding(place, `async functions are not available: ${SYNCHRONOUS}`)),
      ...program
        .places('AwaitExpression')
        .map((place) => finding(place, `await is not available: ${SYNCHRONOUS}`)),
      ...program
        .places('ForOfStatement')
        .filter(({ node }) => node.await)
        .map((place) => finding(place, `for await is not available: ${SYNCHRONOUS}`)),
    ],
  },
  {
    // Functions that stop halfway and go on in a later call: state nobody sees, and clean-up code that runs on errors.
    id: 'no-generators',
    find: (program) =>
      functions(program)
        .filter(({ node }) => node.generator)
        .map((place) => finding(place, 'generators are not available: return an array, or loop in place')),
  },
  {
    id: 'no-debugger',
    find: (program) =>
      program
        .places('DebuggerStatement')
        .map((place) => finding(place, 'debugger is not available: remove it')),
  },
  {
    // How deep a recursion gets before it overflows depends on the compiler's mood, and caught, it would decide; nor
    // may a policy outlive the error that ends it for taking too many steps.
    id: 'no-try',
    find: (program) =>
      program
        .places('TryStatement')
        .map((place) =>
          finding(
            place,
            'try is not available: check the value beforehand (`if (x === undefined) …`), any error ends the evaluation',
          ),
        ),
  },
  {
    // Matching can take exponential time inside one step, and leaves the last match behind.
    id: 'no-regex',
    find: (program) =>
      program
        .places('Literal')
        .filter(({ node }) => node.regex !== undefined)
        .map((place) =>
          finding(
            place,
            'regular expressions are not available: use startsWith, includes, split or === on strings',
          ),
        ),
  },
  {
    // One operation can take any time and any memory: steps could not be counted.
    id: 'no-bigint',
    find: (program) =>
      program
        .places('Literal')
        .filter(({ node }) => typeof node.bigint === 'string')
        .map((place) => finding(place, 'bigint literals are not available: use numbers')),
  },
  {
    // Strings that are spelt differently from what they are, and an object per template that outlives the call.
    id: 'no-tagged-templates',
    find: (program) =>
      program
        .places('TaggedTemplateExpression')
        .map((place) =>
          finding(place, 'tagged templates are not available: call the function with parentheses'),
        ),
  },
  {
    // A hook is one function: an accessor would hand out another at each look. Accessors elsewhere are fine.
    id: 'no-hook-accessors',
    find: (program) =>
      program
        .places('Property')
        .filter(
          ({ node }) => node.kind !== 'init' && node.key.type === 'Identifier' && HOOKS.has(node.key.name),
        )
        .map((place) => {
          const name = place.node.key.type === 'Identifier' ? place.node.key.name : '';
          return finding(place, `\`${name}\` may not be an accessor: write a method or a plain property`);
        }),
  },
] as const satisfies readonly GateRule[];

const SYNCHRONOUS = 'a simulation is one synchronous turn, return the value itself';

/** Properties of a policy that the simulator reads. */
const HOOKS: ReadonlySet<string> = new Set([
  'router',
  'cost',
  'admit',
  'order',
  'onRouted',
  'onFirstToken',
  'onCompleted',
]);

function functions(program: ScopedProgram) {
  return program.places('FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression');
}

function metaProperties(program: ScopedProgram, meta: string) {
  return program.places('MetaProperty').filter(({ node }) => node.meta.name === meta);
}
