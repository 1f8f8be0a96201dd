import { type AnyNode, type Identifier, type Pattern, parse } from 'acorn';

/**
 * The tree of a module that esbuild wrote; undefined when it is nested too deeply to be looked at. Throws the
 * SyntaxError of a broken regular expression, which esbuild doesn't look into.
 */
export function parseModule(program: string): AnyNode | undefined {
  try {
    return parse(program, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
  } catch (error) {
    // What esbuild writes is valid JavaScript: everything else is the stack of the parser, or of V8 as it helps the
    // parser, that has run out.
    if (error instanceof SyntaxError && isAboutRegularExpression(error)) throw error;
    return undefined;
  }
}

function isAboutRegularExpression(error: SyntaxError): boolean {
  return 'pos' in error && error.message.startsWith('Invalid regular expression');
}

/** Direct children that stand for something at run time: no plain property keys, no labels, no exported names. */
export function childrenOf(node: AnyNode): AnyNode[] {
  return Object.entries(node)
    .filter(([field]) => !isLabelOrKey(node, field))
    .flatMap(([, value]: [string, unknown]) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}

function isLabelOrKey(node: AnyNode, field: string): boolean {
  switch (node.type) {
    case 'MemberExpression':
      return field === 'property' && !node.computed;
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return field === 'key' && !node.computed;
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return field === 'label';
    case 'ExportSpecifier':
      return field === 'exported';
    case 'MetaProperty':
      return true;
    default:
      return false;
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The patterns by which this very node, and no child of it, binds names. */
export function patternsBoundBy(node: AnyNode): readonly Pattern[] {
  switch (node.type) {
    case 'VariableDeclarator':
      return [node.id];
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return node.id ? [node.id, ...node.params] : node.params;
    case 'ClassDeclaration':
    case 'ClassExpression':
      return node.id ? [node.id] : [];
    case 'CatchClause':
      return node.param ? [node.param] : [];
    default:
      return [];
  }
}

/** The names and members a pattern binds or assigns to. */
export function leavesOf(pattern: Pattern): Exclude<Pattern, { readonly type: `${string}Pattern` }>[] {
  switch (pattern.type) {
    case 'ObjectPattern':
      return pattern.properties.flatMap((each) =>
        leavesOf(each.type === 'Property' ? each.value : each.argument),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? leavesOf(element) : []));
    case 'RestElement':
      return leavesOf(pattern.argument);
    case 'AssignmentPattern':
      return leavesOf(pattern.left);
    default:
      return [pattern];
  }
}

/** The identifiers a declaring pattern introduces. */
export function identifiersBoundBy(pattern: Pattern): Identifier[] {
  return leavesOf(pattern).filter((leaf) => leaf.type === 'Identifier');
}
