import { tsPlugin } from '@sveltejs/acorn-typescript';
import { type Node, Parser } from 'acorn';

/** What a module refers to: module specifiers as written, and language features and globals worth a rule. */
export interface SourceScan {
  readonly imports: readonly Import[];
  readonly uses: readonly Reference[];
}

interface Reference {
  readonly name: string;
  readonly line: number;
}

export interface Import extends Reference {
  /** `import type`: gone when the program runs. */
  readonly isTypeOnly: boolean;
}

const TypeScriptParser = Parser.extend(tsPlugin());

/** Reads a module's syntax tree, so that comments and strings don't count. */
export function scanSource(text: string): SourceScan {
  const imports: Import[] = [];
  const uses: Reference[] = [];
  const program = TypeScriptParser.parse(text, {
    sourceType: 'module',
    ecmaVersion: 'latest',
    locations: true,
  });
  visit(program, (node) => {
    const line = node.loc?.start.line ?? 0;
    const specifier = importedModule(node);
    if (specifier !== undefined) imports.push({ name: specifier, line, isTypeOnly: isTypeOnly(node) });
    for (const name of featuresOf(node)) uses.push({ name, line });
  });
  return { imports, uses };
}

type AnyNode = Node & Record<string, unknown>;

function visit(node: AnyNode | Node, see: (node: AnyNode) => void): void {
  const current = node as AnyNode;
  see(current);
  for (const value of Object.values(current)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, see);
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** `import`, `import type`, `export … from`, `import()`, and `import('…').Type`. */
function importedModule(node: AnyNode): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
      return literalText(node['source']);
    case 'TSImportType':
      return literalText(node['argument']);
    default:
      return undefined;
  }
}

function isTypeOnly(node: AnyNode): boolean {
  if (node.type === 'TSImportType' || node['importKind'] === 'type' || node['exportKind'] === 'type')
    return true;
  const { specifiers } = node;
  if (!Array.isArray(specifiers) || specifiers.length === 0) return false;
  return specifiers.every(({ importKind, exportKind }) => importKind === 'type' || exportKind === 'type');
}

function literalText(node: unknown): string | undefined {
  return isNode(node) && typeof node['value'] === 'string' ? node['value'] : undefined;
}

function featuresOf(node: AnyNode): string[] {
  const isAsync = node['async'] === true || node.type === 'AwaitExpression' || node['await'] === true;
  return [
    ...(isAsync ? ['async'] : []),
    ...(node['operator'] === '**' || node['operator'] === '**=' ? ['**'] : []),
    ...(node.type === 'Identifier' ? [String(node['name'])] : []),
    ...(node.type === 'MemberExpression' ? [memberName(node)].filter((name) => name !== undefined) : []),
  ];
}

/** `object.property` or `object['property']`, where the object is a plain name. */
function memberName({ object, property, computed }: AnyNode): string | undefined {
  if (!isNode(object) || object.type !== 'Identifier' || !isNode(property)) return undefined;
  const key = computed === true ? literalText(property) : property['name'];
  return typeof key === 'string' ? `${String(object['name'])}.${key}` : undefined;
}
