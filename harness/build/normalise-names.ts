import { type AnyNode, type Pattern, parse } from 'acorn';

/**
 * A minified module with its own bindings renamed by first appearance. A minifier picks short names by how often
 * letters occur, so programs that differ in names alone come out with different ones; after this they are equal.
 * Undefined when the program is nested too deeply to be looked at; throws the SyntaxError of one that is none.
 */
export function normaliseNames(program: string): string | undefined {
  const root = parseModule(program);
  if (root === undefined) return undefined;
  const { uses, bound } = namesIn(root);
  const renamed = new Map<string, string>();
  let text = '';
  let end = 0;
  for (const use of uses.filter(({ name }) => bound.has(name)).sort((a, b) => a.start - b.start)) {
    const name = renamed.get(use.name) ?? `$${renamed.size}`;
    renamed.set(use.name, name);
    text += program.slice(end, use.start) + (use.isShorthand ? `${use.name}:${name}` : name);
    end = use.end;
  }
  return text + program.slice(end);
}

function parseModule(program: string): AnyNode | undefined {
  try {
    return parse(program, { ecmaVersion: 'latest', sourceType: 'module' });
  } catch (error) {
    // The minifier writes valid JavaScript, but for regular expressions, which it doesn't look into. Everything else
    // is the stack of the parser, or of V8 as it helps the parser, that has run out.
    if (error instanceof SyntaxError && isAboutRegularExpression(error)) throw error;
    return undefined;
  }
}

function isAboutRegularExpression(error: SyntaxError): boolean {
  return 'pos' in error && error.message.startsWith('Invalid regular expression');
}

interface NameUse {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** `{a}` for `{a: a}`: the property keeps its name. */
  readonly isShorthand: boolean;
}

interface Names {
  /** Where the program names a binding; property keys and labels name none. */
  readonly uses: NameUse[];
  /** Names that the program binds itself. */
  readonly bound: Set<string>;
}

/** Walks with a stack of its own: a long chain of operators is a deep tree. */
function namesIn(root: AnyNode): Names {
  const names: Names = { uses: [], bound: new Set() };
  const pending: AnyNode[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const pattern of patternsBoundBy(node)) bindAll(pattern, names.bound);
    if (node.type === 'Identifier') names.uses.push({ ...node, isShorthand: false });
    if (node.type === 'Property' && node.shorthand) pending.push(...visitShorthand(node, names));
    else pending.push(...childrenOf(node));
  }
  return names;
}

/** Notes `a` of `{a}` or `{a = 1}`; what is left to walk is the default value. */
function visitShorthand(property: AnyNode & { readonly type: 'Property' }, names: Names): AnyNode[] {
  const value: AnyNode = property.value;
  const [bound, ...rest] = value.type === 'AssignmentPattern' ? [value.left, value.right] : [value];
  if (bound?.type === 'Identifier') names.uses.push({ ...bound, isShorthand: true });
  return rest;
}

function patternsBoundBy(node: AnyNode): readonly Pattern[] {
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

function bindAll(pattern: Pattern, bound: Set<string>): void {
  switch (pattern.type) {
    case 'Identifier':
      bound.add(pattern.name);
      break;
    case 'ObjectPattern':
      for (const each of pattern.properties)
        bindAll(each.type === 'Property' ? each.value : each.argument, bound);
      break;
    case 'ArrayPattern':
      for (const element of pattern.elements) if (element) bindAll(element, bound);
      break;
    case 'RestElement':
      bindAll(pattern.argument, bound);
      break;
    case 'AssignmentPattern':
      bindAll(pattern.left, bound);
      break;
    case 'MemberExpression':
  }
}

function childrenOf(node: AnyNode): AnyNode[] {
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
    default:
      return false;
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
