import type { AnyNode } from 'acorn';
import { finding, type GateRule } from '../gate-rule.ts';
import { keyText } from '../key-text.ts';
import { rootOf, type ScopedProgram } from '../scoped-program.ts';
import { isChangedBy } from './containers.ts';

/** A module declares; what it does, it does in the factory, which is called once per simulation. */
export const MODULE_RULES = [
  {
    id: 'no-module-statements',
    find: (program) => [
      ...program
        .places('Program')
        .flatMap(({ node }) => node.body)
        .filter((statement) => !isDeclaration(statement))
        .map((node) =>
          finding({ node }, 'only declarations may stand at the top: move this into the factory'),
        ),
      ...program
        .places('StaticBlock')
        .map((place) => finding(place, 'static blocks are not available: move this into the factory')),
    ],
  },
  {
    // State of the module would be shared by all that a factory makes. What this doesn't see does no harm: the module
    // is evaluated anew for every simulation. Constants and tables that nobody writes are welcome.
    id: 'no-module-state',
    find: (program) => [
      ...program.targets
        .filter((target) => isModuleLevel(program, target))
        .map((target) => finding({ node: target }, stateOf(rootOf(target)?.name))),
      ...program
        .places('CallExpression')
        .filter(({ node }) => changesModuleState(program, node))
        .map((place) => finding(place, stateOf(rootOf(changedBy(program, place.node) ?? place.node)?.name))),
    ],
  },
] as const satisfies readonly GateRule[];

function stateOf(name = 'this'): string {
  return `\`${name}\` belongs to the module and may not change: declare it inside the factory`;
}

function isDeclaration(statement: AnyNode): boolean {
  switch (statement.type) {
    case 'VariableDeclaration':
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
    case 'EmptyStatement':
      return true;
    case 'ExpressionStatement':
      return statement.directive !== undefined || isFreeze(statement.expression);
    default:
      return false;
  }
}

function isFreeze(expression: AnyNode): boolean {
  if (expression.type !== 'CallExpression' || expression.callee.type !== 'MemberExpression') return false;
  const { object, property } = expression.callee;
  const isObject = object.type === 'Identifier' && object.name === 'Object';
  return isObject && property.type === 'Identifier' && property.name === 'freeze';
}

function isModuleLevel(program: ScopedProgram, expression: AnyNode): boolean {
  const root = rootOf(expression);
  const binding = root === undefined ? undefined : program.resolve(root);
  return binding !== undefined && program.isModuleLevel(binding);
}

function changesModuleState(
  program: ScopedProgram,
  call: AnyNode & { readonly type: 'CallExpression' },
): boolean {
  const changed = changedBy(program, call);
  return changed !== undefined && isModuleLevel(program, changed);
}

/** What `container.push(…)` and `Object.assign(container, …)` change. */
function changedBy(
  program: ScopedProgram,
  { callee, arguments: [first] }: AnyNode & { readonly type: 'CallExpression' },
): AnyNode | undefined {
  if (callee.type !== 'MemberExpression') return undefined;
  const method = keyText(program, callee.property, callee.computed);
  if (method === undefined) return undefined;
  const isAssign = method === 'assign' && rootOf(callee)?.name === 'Object';
  if (isAssign) return first;
  return isChangedBy(program, callee.object, method) ? callee.object : undefined;
}
