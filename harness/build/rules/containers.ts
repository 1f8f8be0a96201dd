import type { AnyNode, Identifier } from 'acorn';
import { keyText } from '../key-text.ts';
import { rootOf, type ScopedProgram } from '../scoped-program.ts';

type ContainerKind = 'array' | 'typed-array' | 'map' | 'set';

/** Methods that change the container they are called on. */
const CHANGING: Readonly<Record<ContainerKind, ReadonlySet<string>>> = {
  array: new Set(['push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'fill', 'copyWithin']),
  'typed-array': new Set(['set', 'fill', 'sort', 'reverse', 'copyWithin']),
  map: new Set(['set', 'delete', 'clear']),
  set: new Set(['add', 'delete', 'clear']),
};

const TYPED_ARRAY = /^(?:Float(?:32|64)|U?[Ii]nt(?:8|16|32))Array$/;

/** Whether an expression is a container that its own `method` changes: `TABLE.push`, `STATE.counts.set`. */
export function isChangedBy(program: ScopedProgram, expression: AnyNode, method: string): boolean {
  const value = valueGiven(program, expression);
  const kind = value === undefined ? undefined : containerKind(program, value);
  return kind !== undefined && CHANGING[kind].has(method);
}

/** Whether an expression is a typed array: made on the spot, or a name that was given one. */
export function isTypedArray(program: ScopedProgram, expression: AnyNode): boolean {
  const value = valueGiven(program, expression);
  return value !== undefined && containerKind(program, value) === 'typed-array';
}

function containerKind(program: ScopedProgram, value: AnyNode): ContainerKind | undefined {
  if (value.type === 'ArrayExpression') return 'array';
  if (value.type !== 'NewExpression' && value.type !== 'CallExpression') return undefined;
  // `new Float64Array(8)`, `Array.from(…)`, `Array(8).fill(0)`
  const maker = makerOf(value.callee);
  if (maker === undefined || program.resolve(maker) !== undefined) return undefined;
  switch (maker.name) {
    case 'Array':
      return 'array';
    case 'Map':
      return 'map';
    case 'Set':
      return 'set';
    default:
      return TYPED_ARRAY.test(maker.name) ? 'typed-array' : undefined;
  }
}

function makerOf(callee: AnyNode): Identifier | undefined {
  if (callee.type === 'Identifier') return callee;
  if (callee.type !== 'MemberExpression') return undefined;
  const { object } = callee;
  return object.type === 'NewExpression' || object.type === 'CallExpression'
    ? makerOf(object.callee)
    : rootOf(callee);
}

/** The expression that gave something its value, as far as declarations and literals tell. */
function valueGiven(program: ScopedProgram, expression: AnyNode): AnyNode | undefined {
  switch (expression.type) {
    case 'Identifier': {
      const declaration = program.resolve(expression)?.declaredBy;
      if (declaration?.type === 'ClassExpression') return declaration;
      if (declaration?.type !== 'VariableDeclarator' || declaration.id.type !== 'Identifier')
        return undefined;
      return declaration.init ? unfrozen(declaration.init) : undefined;
    }
    case 'MemberExpression': {
      const holder = valueGiven(program, expression.object);
      const key = keyText(program, expression.property, expression.computed);
      return holder === undefined || key === undefined ? undefined : propertyOf(program, holder, key);
    }
    default:
      return unfrozen(expression);
  }
}

function propertyOf(program: ScopedProgram, holder: AnyNode, wanted: string): AnyNode | undefined {
  if (holder.type === 'ObjectExpression') {
    const found = holder.properties.find(
      (each) => each.type === 'Property' && keyText(program, each.key, each.computed) === wanted,
    );
    return found?.type === 'Property' ? unfrozen(found.value) : undefined;
  }
  if (holder.type !== 'ClassExpression') return undefined;
  const field = holder.body.body.find(
    (each) =>
      each.type === 'PropertyDefinition' &&
      each.static &&
      keyText(program, each.key, each.computed) === wanted,
  );
  return field?.type === 'PropertyDefinition' && field.value ? unfrozen(field.value) : undefined;
}

/** `x` of `Object.freeze(x)`. */
function unfrozen(value: AnyNode): AnyNode {
  if (value.type !== 'CallExpression' || rootOf(value.callee)?.name !== 'Object') return value;
  return value.arguments[0] ?? value;
}
