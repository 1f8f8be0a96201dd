import type { AnyNode } from 'acorn';
import { childrenOf, identifiersBoundBy, parseModule, patternsBoundBy } from './syntax-tree.ts';

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
    for (const { name } of patternsBoundBy(node).flatMap(identifiersBoundBy)) names.bound.add(name);
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
