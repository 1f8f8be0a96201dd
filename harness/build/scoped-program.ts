import type { AnyNode, Identifier, Pattern } from 'acorn';
import { childrenOf, identifiersBoundBy, leavesOf, patternsBoundBy } from './syntax-tree.ts';

/** A node, what it stands in, and the names it sees. */
export interface Place<Node extends AnyNode = AnyNode> {
  readonly node: Node;
  readonly parent: Place | undefined;
  readonly scope: Scope;
}

export interface Binding {
  readonly name: string;
  readonly scope: Scope;
  /** The node that declares it: a declarator, a function, a class, a catch clause. */
  readonly declaredBy: AnyNode;
}

interface Scope {
  readonly owner: AnyNode;
  readonly parent: Scope | undefined;
  readonly bindings: Map<string, Binding>;
}

/** A use of a name. */
export interface Reference extends Place<Identifier> {
  /** Undefined when the program doesn't declare the name. */
  readonly binding: Binding | undefined;
}

export type NodeOf<Type extends AnyNode['type']> = Extract<AnyNode, { readonly type: Type }>;

type Target = Identifier | NodeOf<'MemberExpression'>;

/** A program with its names resolved. */
export interface ScopedProgram {
  /** All nodes of some types, in no order. */
  readonly places: <Type extends AnyNode['type']>(
    ...types: readonly Type[]
  ) => readonly Place<NodeOf<Type>>[];
  readonly references: readonly Reference[];
  /** Identifiers that declare names. */
  readonly declared: readonly Identifier[];
  readonly resolve: (identifier: Identifier) => Binding | undefined;
  readonly isModuleLevel: (binding: Binding) => boolean;
  /** Everything that is assigned to, counted up or down, or deleted. */
  readonly targets: readonly Target[];
}

/** Walks with a stack of its own: a long chain of operators is a deep tree. */
export function scopeProgram(root: AnyNode): ScopedProgram {
  const byType = new Map<string, Place[]>();
  const declared = new Set<Identifier>();
  const identifiers: Place<Identifier>[] = [];
  const top: Scope = { owner: root, parent: undefined, bindings: new Map() };
  const pending: Place[] = [{ node: root, parent: undefined, scope: top }];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const { node } = place;
    const same = byType.get(node.type);
    if (same === undefined) byType.set(node.type, [place]);
    else same.push(place);
    if (node.type === 'Identifier') identifiers.push({ ...place, node });
    const inner = opensScope(node) ? { owner: node, parent: place.scope, bindings: new Map() } : place.scope;
    for (const identifier of declare(place, inner)) declared.add(identifier);
    for (const child of childrenOf(node)) pending.push({ node: child, parent: place, scope: inner });
  }
  const references = identifiers
    .filter(({ node }) => !declared.has(node))
    .map((place) => ({ ...place, binding: lookUp(place.node.name, place.scope) }));
  const bindingOf = new Map(references.map(({ node, binding }) => [node, binding]));
  const places: ScopedProgram['places'] = (...types) =>
    types.flatMap((type) => (byType.get(type) ?? []) as never[]);
  return {
    places,
    references,
    declared: [...declared],
    resolve: (identifier) => bindingOf.get(identifier),
    isModuleLevel: ({ scope }) => scope === top || (isClass(scope.owner) && scope.parent === top),
    targets: targetsIn(places),
  };
}

function opensScope(node: AnyNode): boolean {
  switch (node.type) {
    case 'BlockStatement':
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'SwitchStatement':
    case 'CatchClause':
    case 'StaticBlock':
      return true;
    default:
      return isFunction(node) || isClass(node);
  }
}

export function isFunction(node: AnyNode): boolean {
  return /^(?:ArrowFunctionExpression|FunctionExpression|FunctionDeclaration)$/.test(node.type);
}

function isClass(node: AnyNode): boolean {
  return node.type === 'ClassExpression' || node.type === 'ClassDeclaration';
}

/** Enters the names a node declares; `inner` is the scope it opens, or the one it stands in. */
function declare({ node, parent, scope }: Place, inner: Scope): Identifier[] {
  const identifiers = patternsBoundBy(node).flatMap(identifiersBoundBy);
  for (const identifier of identifiers) {
    const home = homeOf(identifier, node, parent, { outer: scope, inner });
    home.bindings.set(identifier.name, { name: identifier.name, scope: home, declaredBy: node });
  }
  if (node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration')
    inner.bindings.set('arguments', { name: 'arguments', scope: inner, declaredBy: node });
  return identifiers;
}

function homeOf(
  identifier: Identifier,
  node: AnyNode,
  parent: Place | undefined,
  { outer, inner }: { readonly outer: Scope; readonly inner: Scope },
): Scope {
  const isVar = parent?.node.type === 'VariableDeclaration' && parent.node.kind === 'var';
  if (isVar) return functionScope(outer);
  if (node.type === 'VariableDeclarator') return outer;
  const isDeclaration = node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration';
  return isDeclaration && node.id === identifier ? outer : inner;
}

function functionScope(scope: Scope): Scope {
  let home = scope;
  while (home.parent !== undefined && !isFunction(home.owner) && home.owner.type !== 'StaticBlock')
    home = home.parent;
  return home;
}

function lookUp(name: string, from: Scope): Binding | undefined {
  for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent) {
    const binding = scope.bindings.get(name);
    if (binding !== undefined) return binding;
  }
  return undefined;
}

function targetsIn(places: ScopedProgram['places']): Target[] {
  const patterns: Pattern[] = [
    ...places('AssignmentExpression').map(({ node }) => node.left),
    ...places('ForInStatement', 'ForOfStatement').flatMap(({ node }) =>
      node.left.type === 'VariableDeclaration' ? [] : [node.left],
    ),
  ];
  const operands = [
    ...places('UpdateExpression'),
    ...places('UnaryExpression').filter(({ node }) => node.operator === 'delete'),
  ].map(({ node }) => (node.argument.type === 'ChainExpression' ? node.argument.expression : node.argument));
  return [...patterns.flatMap(leavesOf), ...operands].filter(
    (target) => target.type === 'Identifier' || target.type === 'MemberExpression',
  );
}

/** The name a chain of members begins with: `a` of `a.b[c].d`. */
export function rootOf(expression: AnyNode): Identifier | undefined {
  let base = expression;
  for (;;) {
    if (base.type === 'MemberExpression') base = base.object;
    else if (base.type === 'ChainExpression' || base.type === 'ParenthesizedExpression')
      base = base.expression;
    else return base.type === 'Identifier' ? base : undefined;
  }
}
