import type {
  AnyNode,
  ArrowFunctionExpression,
  Comment,
  FunctionDeclaration,
  FunctionExpression,
  Pattern,
  Statement,
} from 'acorn';
import type { SignalRole } from './expression.ts';
import { parseExpression, type Scope } from './parse-expression.ts';
import type { CostBody, Draft, Item, PolicyProgram, Span } from './policy-program.ts';
import { parseModule, type SyntaxTree } from './syntax-tree.ts';

type FunctionNode = FunctionDeclaration | FunctionExpression | ArrowFunctionExpression;

/** Reads a router policy; undefined if it does not parse or is not of the usual shape. */
export function parsePolicy(source: string): PolicyProgram | undefined {
  const tree = parseModule(source);
  const factory = tree === undefined ? undefined : factoryOf(tree);
  const policy = factory === undefined ? undefined : returnedObject(factory.node);
  const router = propertyOf(policy?.object, 'router')?.value;
  const costProperty = propertyOf(router, 'cost');
  const cost = costProperty?.value;
  if (tree === undefined || factory === undefined || policy === undefined || costProperty === undefined)
    return undefined;
  if (router?.type !== 'ObjectExpression' || !isFunction(cost)) return undefined;

  const parameters = parametersOf(factory.node, cost);
  if (parameters === undefined) return undefined;
  const scope: Scope = { source, roles: rolesOf(parameters) };
  const body = costBodyOf(cost, costProperty, source);
  const result = resultOf(cost);
  if (body === undefined || result === undefined) return undefined;
  const draft: Draft = {
    setup: itemsOf(factory.statements, policy.statement, scope),
    locals: cost.body.type === 'BlockStatement' ? itemsOf(cost.body.body, result.statement, scope) : [],
    result: parseExpression(result.argument, scope),
    docComment: undefined,
  };
  return {
    source,
    draft,
    parameters,
    docComment: docCommentBefore(factory.exportStart, tree.comments, source),
    exportStart: factory.exportStart,
    factoryReturn: spanOf(policy.statement),
    costBody: body,
    hasOtherHooks: router.properties.length > 1,
  };
}

function factoryOf(tree: SyntaxTree) {
  for (const statement of tree.program.body) {
    if (statement.type !== 'ExportDefaultDeclaration') continue;
    const node = statement.declaration;
    if (!isFunction(node) || node.body.type !== 'BlockStatement') return undefined;
    return { node, exportStart: statement.start, statements: node.body.body };
  }
  return undefined;
}

function isFunction(node: AnyNode | null | undefined): node is FunctionNode {
  return (
    node?.type === 'FunctionDeclaration' ||
    node?.type === 'FunctionExpression' ||
    node?.type === 'ArrowFunctionExpression'
  );
}

function returnedObject(factory: FunctionNode) {
  const statement = factory.body.type === 'BlockStatement' ? factory.body.body.at(-1) : undefined;
  if (statement?.type !== 'ReturnStatement' || statement.argument?.type !== 'ObjectExpression')
    return undefined;
  return { statement, object: statement.argument };
}

function propertyOf(object: AnyNode | undefined, key: string) {
  if (object?.type !== 'ObjectExpression') return undefined;
  return object.properties
    .filter((property) => property.type === 'Property')
    .find(
      (property) => !property.computed && property.key.type === 'Identifier' && property.key.name === key,
    );
}

function parametersOf(factory: FunctionNode, cost: FunctionNode): PolicyProgram['parameters'] | undefined {
  const request = parameterOf(cost.params[0]);
  const worker = parameterOf(cost.params[1]);
  if (request === undefined || worker === undefined || cost.params.length > 2) return undefined;
  return { init: parameterOf(factory.params[0]), request, worker };
}

/** The name of a plain parameter and where it stands; its type annotation is not part of the span. */
function parameterOf(node: Pattern | undefined): (Span & { name: string }) | undefined {
  if (node?.type !== 'Identifier') return undefined;
  return { name: node.name, start: node.start, end: node.start + node.name.length };
}

function rolesOf(parameters: PolicyProgram['parameters']): Map<string, SignalRole> {
  const roles = new Map<string, SignalRole>();
  for (const role of ['init', 'request', 'worker'] as const) {
    const parameter = parameters[role];
    if (parameter !== undefined) roles.set(parameter.name, role);
  }
  return roles;
}

function resultOf(cost: FunctionNode): { statement: Statement | undefined; argument: AnyNode } | undefined {
  if (cost.body.type !== 'BlockStatement') return { statement: undefined, argument: cost.body };
  const statement = cost.body.body.at(-1);
  if (statement?.type !== 'ReturnStatement' || !statement.argument) return undefined;
  return { statement, argument: statement.argument };
}

function costBodyOf(cost: FunctionNode, property: AnyNode, source: string): CostBody | undefined {
  if (cost.body.type === 'BlockStatement') {
    const statement = cost.body.body.at(-1);
    return statement === undefined ? undefined : { kind: 'block', returnStatement: spanOf(statement) };
  }
  const arrow = source.lastIndexOf('=>', cost.body.start);
  const bodyStart = arrow + 2 + (source[arrow + 2] === ' ' ? 1 : 0);
  return {
    kind: 'expression',
    property: spanOf(property),
    body: { start: bodyStart, end: cost.end },
    parameterText: source.slice(cost.start, arrow).trim(),
  };
}

function itemsOf(statements: readonly Statement[], last: Statement | undefined, scope: Scope): Item[] {
  return statements.filter((statement) => statement !== last).map((statement) => itemOf(statement, scope));
}

function itemOf(statement: Statement, scope: Scope): Item {
  const declarations = statement.type === 'VariableDeclaration' ? statement.declarations : [];
  const only = declarations.length === 1 ? declarations[0] : undefined;
  const isConst = statement.type === 'VariableDeclaration' && statement.kind === 'const';
  if (isConst && only?.id.type === 'Identifier' && only.init) {
    return {
      kind: 'binding',
      name: only.id.name,
      annotation: scope.source.slice(only.id.start + only.id.name.length, only.id.end),
      value: parseExpression(only.init, scope),
      span: spanOf(statement),
    };
  }
  const declares = declarations.flatMap((declaration) =>
    declaration.id.type === 'Identifier' ? [declaration.id.name] : [],
  );
  if (statement.type === 'FunctionDeclaration') declares.push(statement.id.name);
  return { kind: 'statement', span: spanOf(statement), declares };
}

function docCommentBefore(offset: number, comments: readonly Comment[], source: string): Span | undefined {
  const last = comments.filter((comment) => comment.end <= offset).at(-1);
  if (last?.type !== 'Block' || source.slice(last.end, offset).trim() !== '') return undefined;
  return spanOf(last);
}

function spanOf(node: Span): Span {
  return { start: node.start, end: node.end };
}
