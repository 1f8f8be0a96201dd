import { parsePolicy } from './parse-policy.ts';
import { bindingsOf } from './policy-program.ts';
import { isReference, parseModule, walk } from './syntax-tree.ts';
import { applyTextEdits, deletionOfLines, type TextEdit } from './text-edit.ts';

/**
 * Removes constants of the factory and of the cost function that nobody reads any more, and marks their unused
 * parameters with an underscore, until nothing changes. A source of another shape is returned as it is.
 */
export function tidyPolicy(source: string): string {
  const next = tidyOnce(source);
  return next === source ? source : tidyPolicy(next);
}

function tidyOnce(source: string): string {
  const program = parsePolicy(source);
  if (program === undefined) return source;
  const read = namesRead(source);
  const edits: TextEdit[] = [];
  for (const { name, span } of bindingsOf([...program.draft.setup, ...program.draft.locals])) {
    if (span !== undefined && !read.has(name)) edits.push(deletionOfLines(source, span.start, span.end));
  }
  for (const parameter of Object.values(program.parameters)) {
    if (parameter === undefined || read.has(parameter.name) || parameter.name.startsWith('_')) continue;
    edits.push({ start: parameter.start, end: parameter.start, text: '_' });
  }
  return applyTextEdits(source, edits);
}

function namesRead(source: string): Set<string> {
  const names = new Set<string>();
  const tree = parseModule(source);
  if (tree === undefined) return names;
  walk(tree.program, (node, ancestors) => {
    if (node.type === 'Identifier' && isReference(node, ancestors.at(-1))) names.add(node.name);
  });
  return names;
}
