import { SourceMap, type SourceMapPayload } from 'node:module';
import type { AnyNode } from 'acorn';
import type { Finding, GateRule } from './gate-rule.ts';
import { MEMBER_RULES } from './rules/member-rules.ts';
import { MODULE_RULES } from './rules/module-rules.ts';
import { NAME_RULES } from './rules/name-rules.ts';
import { SYNTAX_RULES } from './rules/syntax-rules.ts';
import { scopeProgram } from './scoped-program.ts';

const RULES = [...SYNTAX_RULES, ...MODULE_RULES, ...NAME_RULES, ...MEMBER_RULES];

export type SyntaxRuleId = (typeof RULES)[number]['id'];

export const SYNTAX_RULE_IDS: readonly SyntaxRuleId[] = RULES.map(({ id }) => id);

/** Most problems one message names. */
const MAX_SHOWN = 3;

/** A program as esbuild wrote it, and where its parts come from. */
export interface WrittenProgram {
  readonly root: AnyNode;
  readonly text: string;
  readonly sourceMap: SourceMapPayload;
}

/** What a program does that a policy may not, as one line for its author; undefined when there is nothing. */
export function gateViolation(
  program: WrittenProgram,
  options: { readonly name: string; readonly except: ReadonlySet<string> },
): string | undefined {
  const scoped = scopeProgram(program.root);
  const rules: readonly GateRule[] = RULES.filter(({ id }) => !options.except.has(id));
  const found = rules
    .flatMap((rule) => rule.find(scoped).map((each) => ({ ...each, rule: rule.id })))
    .sort((a, b) => a.at - b.at)
    .filter(isFirstOfItsKind);
  if (found.length === 0) return undefined;
  const map = new SourceMap(program.sourceMap);
  const shown = found
    .slice(0, MAX_SHOWN)
    .map(
      ({ at, problem, rule }) => `${options.name}:${placeOf(at, program.text, map)}: ${problem} (${rule})`,
    );
  const more = found.length > MAX_SHOWN ? ` (and ${found.length - MAX_SHOWN} more)` : '';
  return shown.join('; ') + more;
}

function isFirstOfItsKind(each: Finding, index: number, all: readonly Finding[]): boolean {
  return all.findIndex(({ problem }) => problem === each.problem) === index;
}

/** `line:column` in the author's file. */
function placeOf(at: number, text: string, map: SourceMap): string {
  const before = text.slice(0, at).split('\n');
  const entry = map.findEntry(before.length - 1, before.at(-1)?.length ?? 0);
  return 'originalLine' in entry ? `${entry.originalLine + 1}:${entry.originalColumn + 1}` : '1:1';
}
