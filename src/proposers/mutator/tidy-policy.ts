import type { AnyNode, Identifier } from 'acorn';
import { isReference, parseModule, walk } from './syntax-tree.ts';
import { applyTextEdits, deletionOfLines, type TextEdit } from './text-edit.ts';

/**
 * Removes constants nobody reads any more, and marks parameters that became unused with an underscore, until nothing
 * changes. A source that does not parse is returned as it is.
 */
export function tidyPolicy(source: string): string {
  const next = tidyOnce(source);
  return next === source ? source : tidyPolicy(next);
}

interface Names {
  /** Local constants declared alone in their statement. */
  readonly constants: Map<string, AnyNode>;
  readonly parameters: Identifier[];
  readonly references: Map<string, number>;
}

function tidyOnce(source: string): string {
  const tree = parseModule(source);
  if (tree === undefined) return source;
  const { constants, parameters, references } = namesOf(tree.program);
  const edits: TextEdit[] = [];
  for (const [name, statement] of constants) {
    if (!references.has(name)) edits.push(deletionOfLines(source, statement.start, statement.end));
  }
  for (const { name, start } of parameters) {
    if (!references.has(name) && !name.startsWith('_')) edits.push({ start, end: start, text: '_' });
  }
  return applyTextEdits(source, edits);
}

function namesOf(program: AnyNode): Names {
  const names: Names = { constants: new Map(), parameters: [], references: new Map() };
  walk(program, (node, ancestors) => {
    const parent = ancestors.at(-1);
    if (node.type !== 'Identifier') return;
    if (parent?.type === 'VariableDeclarator' && parent.id === node) {
      const declaration = ancestors.at(-2);
      const isAlone = declaration?.type === 'VariableDeclaration' && declaration.declarations.length === 1;
      if (isAlone && declaration.kind === 'const') names.constants.set(node.name, declaration);
    } else if (isParameterOf(node, parent)) {
      names.parameters.push(node);
    } else if (isReference(node, parent)) {
      names.references.set(node.name, (names.references.get(node.name) ?? 0) + 1);
    }
  });
  return names;
}

function isParameterOf(node: Identifier, parent: AnyNode | undefined): boolean {
  return (
    (parent?.type === 'FunctionDeclaration' ||
      parent?.type === 'FunctionExpression' ||
      parent?.type === 'ArrowFunctionExpression') &&
    parent.params.includes(node)
  );
}
