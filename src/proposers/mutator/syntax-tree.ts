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

/** Whether an identifier node stands for a variable, rather than for a property or a type. */
export function isReference(node: AnyNode, parent: AnyNode | undefined): boolean {
  if (node.type !== 'Identifier') return false;
  if (parent?.type === 'MemberExpression') return parent.object === node || parent.computed;
  if (parent?.type === 'Property') return parent.value === node || parent.computed;
  return !(parent?.type ?? '').startsWith('TS') || parent?.type.endsWith('Expression') === true;
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
