import type { AnyNode } from 'acorn';
import type { ScopedProgram } from './scoped-program.ts';

/**
 * The property an access or a key names, where the text says so: `a.key`, `a['key']`, `` a[`key`] ``, `a['k' + 'ey']`,
 * or a constant that holds one of these. Private names are none.
 */
export function keyText(program: ScopedProgram, key: AnyNode, computed: boolean): string | undefined {
  if (!computed) return key.type === 'Identifier' ? key.name : literalText(key);
  return constantText(program, key, 8);
}

function literalText(node: AnyNode): string | undefined {
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}

/** `depth` bounds the constants of constants that are looked through. */
function constantText(program: ScopedProgram, node: AnyNode, depth: number): string | undefined {
  if (depth === 0) return undefined;
  switch (node.type) {
    case 'TemplateLiteral':
      return joined(
        node.quasis.flatMap((quasi, index) => {
          const expression = node.expressions[index];
          const text = quasi.value.cooked ?? undefined;
          return expression === undefined ? [text] : [text, constantText(program, expression, depth - 1)];
        }),
      );
    case 'BinaryExpression':
      if (node.operator !== '+') return undefined;
      return joined([node.left, node.right].map((side) => constantText(program, side, depth - 1)));
    case 'Identifier': {
      const declaration = program.resolve(node)?.declaredBy;
      if (declaration?.type !== 'VariableDeclarator' || declaration.id.type !== 'Identifier')
        return undefined;
      return declaration.init ? constantText(program, declaration.init, depth - 1) : undefined;
    }
    default:
      return literalText(node);
  }
}

function joined(parts: readonly (string | undefined)[]): string | undefined {
  return parts.includes(undefined) ? undefined : parts.join('');
}

/** The fixed text a computed key begins and ends with: `con` and `` of `'con' + rest`. */
export function edgesOfText(
  program: ScopedProgram,
  key: AnyNode,
): { readonly first: string; readonly last: string } {
  const parts = partsOf(key).map((part) =>
    typeof part === 'string' ? part : constantText(program, part, 8),
  );
  return { first: parts[0] ?? '', last: parts.at(-1) ?? '' };
}

/** What is joined to make a text, in order. */
function partsOf(node: AnyNode): (AnyNode | string)[] {
  if (node.type === 'TemplateLiteral') {
    return node.quasis
      .flatMap((quasi, index) => {
        const expression = node.expressions[index];
        return [quasi.value.cooked ?? '', ...(expression === undefined ? [] : [expression])];
      })
      .filter((part) => part !== '');
  }
  const parts: AnyNode[] = [];
  let left: AnyNode = node;
  for (; left.type === 'BinaryExpression' && left.operator === '+'; left = left.left)
    parts.unshift(left.right);
  return [left, ...parts];
}
