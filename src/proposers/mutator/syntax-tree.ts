import { tsPlugin } from '@sveltejs/acorn-typescript';
import { type AnyNode, type Comment, type Node, Parser, type Program, tokTypes } from 'acorn';

const TypeScriptParser = Parser.extend(tsPlugin());
const OPTIONS = { sourceType: 'module', ecmaVersion: 'latest', locations: true } as const;

export interface SyntaxTree {
  readonly program: Program;
  readonly comments: readonly Comment[];
}

/** The tree of a TypeScript module; undefined if it does not parse. */
export function parseModule(source: string): SyntaxTree | undefined {
  const comments = new Map<number, Comment>();
  try {
    const program = TypeScriptParser.parse(source, {
      ...OPTIONS,
      onComment: (isBlock, value, start, end) => {
        comments.set(start, { type: isBlock ? 'Block' : 'Line', value, start, end });
      },
    });
    return { program, comments: [...comments.values()] };
  } catch {
    return undefined;
  }
}

/** Calls `visit` for every node below and including `node`, with the chain of its ancestors, nearest last. */
export function walk(node: Node, visit: (node: AnyNode, ancestors: readonly AnyNode[]) => void): void {
  const ancestors: AnyNode[] = [];
  const descend = (current: AnyNode): void => {
    visit(current, ancestors);
    ancestors.push(current);
    for (const value of Object.values(current)) {
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) descend(child);
    }
    ancestors.pop();
  };
  if (isNode(node)) descend(node);
}

function isNode(value: unknown): value is AnyNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    'start' in value &&
    typeof value.type === 'string'
  );
}

/** Whether an identifier node may read a variable: it declares none, and names neither a property nor a parameter. */
export function isReference(node: AnyNode, parent: AnyNode | undefined): boolean {
  switch (parent?.type) {
    case 'MemberExpression':
      return parent.object === node || parent.computed;
    case 'Property':
      return parent.value === node || parent.computed;
    case 'VariableDeclarator':
      return parent.init === node;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
      return false;
    case 'ArrowFunctionExpression':
      return parent.body === node;
    default:
      return true;
  }
}

/** The tokens of a module, one space between them: equal for sources that differ in comments and layout only. */
export function tokensOf(source: string): string | undefined {
  const tokens: string[] = [];
  try {
    TypeScriptParser.parse(source, {
      ...OPTIONS,
      onToken: (token) => {
        if (token.type !== tokTypes.eof) tokens.push(source.slice(token.start, token.end));
      },
    });
    return tokens.join(' ');
  } catch {
    return undefined;
  }
}
