import { parametrise } from './constants.ts';
import { withRemark } from './doc-comment.ts';
import type { SignalRole } from './expression.ts';
import { layOutConst, layOutReturn, type Margin } from './lay-out.ts';
import {
  type Binding,
  bindingsOf,
  type Draft,
  type Item,
  type PolicyProgram,
  rolesUsed,
} from './policy-program.ts';
import { printExpression, type RoleNames } from './print-expression.ts';
import {
  applyTextEdits,
  deletionOfLines,
  indentationAt,
  startWithComments,
  type TextEdit,
} from './text-edit.ts';
import { tidyPolicy } from './tidy-policy.ts';

/** Warns readers of a doc comment that was written for an earlier cost. */
const REMARK = 'Search has since changed its terms.';

/** The program's source with the statements of `draft` in place of its own; everything else stays as it is. */
export function writePolicy(program: PolicyProgram, draft: Draft): string {
  const names = roleNames(program, draft);
  const edits = [
    ...parameterEdits(program, names),
    ...docCommentEdits(program, draft),
    ...sectionEdits(program, program.draft.setup, draft.setup, program.factoryReturn.start, names),
    ...costEdits(program, draft, names),
  ];
  return tidyPolicy(applyTextEdits(program.source, edits));
}

/** `_req` becomes `req` where it gets used. */
function roleNames(program: PolicyProgram, draft: Draft): RoleNames {
  const used = rolesUsed(draft);
  const nameOf = (role: SignalRole): string => {
    const written = program.parameters[role]?.name ?? role;
    const bare = written.replace(/^_+/, '');
    const isFree = bare !== '' && !new RegExp(`\\b${bare}\\b`).test(program.source);
    return used.has(role) && isFree && !isReferenced(program.source, written) ? bare : written;
  };
  return { init: nameOf('init'), request: nameOf('request'), worker: nameOf('worker') };
}

function isReferenced(source: string, name: string): boolean {
  return source.split(new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`)).length > 2;
}

function parameterEdits(program: PolicyProgram, names: RoleNames): TextEdit[] {
  return (['init', 'request', 'worker'] as const).flatMap((role) => {
    const parameter = program.parameters[role];
    if (parameter === undefined || parameter.name === names[role]) return [];
    return [{ start: parameter.start, end: parameter.end, text: names[role] }];
  });
}

function docCommentEdits(program: PolicyProgram, draft: Draft): TextEdit[] {
  const { docComment, exportStart, source } = program;
  if (draft.docComment === undefined) {
    if (docComment === undefined || parametrise(draft).shape === parametrise(program.draft).shape) return [];
    return [{ ...docComment, text: withRemark(source.slice(docComment.start, docComment.end), REMARK) }];
  }
  const text = draft.docComment;
  if (docComment !== undefined) return [{ ...docComment, text }];
  return [{ start: exportStart, end: exportStart, text: `${text}\n` }];
}

function costEdits(program: PolicyProgram, draft: Draft, names: RoleNames): TextEdit[] {
  const { costBody, source } = program;
  if (costBody.kind === 'expression') return expressionBodyEdits(program, draft, names);
  const { returnStatement } = costBody;
  const edits = sectionEdits(program, program.draft.locals, draft.locals, returnStatement.start, names);
  if (draft.result === program.draft.result) return edits;
  const margin = { indent: indentationAt(source, returnStatement.start), names };
  return [...edits, { ...returnStatement, text: layOutReturn(draft.result, margin) }];
}

/** `cost: (…) => expression` stays an expression on one line, and becomes a method when it needs statements. */
function expressionBodyEdits(program: PolicyProgram, draft: Draft, names: RoleNames): TextEdit[] {
  const { costBody, source } = program;
  if (costBody.kind !== 'expression' || draft.result === program.draft.result) return [];
  const indent = indentationAt(source, costBody.property.start);
  const text = printExpression(draft.result, names);
  if (
    draft.locals.length === 0 &&
    costBody.body.start - costBody.property.start + indent + text.length < 100
  ) {
    return [{ ...costBody.body, text: draft.result.kind === 'choose' ? `(${text})` : text }];
  }
  const margin = { indent: indent + 2, names };
  const statements = [
    ...bindingsOf(draft.locals).map((item) => layOutBinding(item, margin)),
    layOutReturn(draft.result, margin),
  ];
  const lines = statements.map((statement) => `${' '.repeat(indent + 2)}${statement}\n`).join('');
  const { property, body } = costBody;
  const keyEnd = property.start + 'cost'.length;
  const arrowGap = /^:\s*/.exec(source.slice(keyEnd))?.[0].length ?? 0;
  const arrowStart = keyEnd + arrowGap + costBody.parameterText.length;
  return [
    { start: keyEnd, end: keyEnd + arrowGap, text: '' },
    { start: arrowStart, end: body.end, text: ` {\n${lines}${' '.repeat(indent)}}` },
  ];
}

/** Edits that turn one list of statements into another; statements both have must be in the same order. */
function sectionEdits(
  program: PolicyProgram,
  before: readonly Item[],
  after: readonly Item[],
  sectionEnd: number,
  names: RoleNames,
): TextEdit[] {
  const { source } = program;
  const edits: TextEdit[] = [];
  const originals = new Map(before.map((item) => [item.span?.start, item]));
  let added: Binding[] = [];
  const flush = (offset: number): void => {
    const margin = { indent: indentationAt(source, offset), names };
    const at = startWithComments(source, offset);
    for (const item of added) {
      edits.push({
        start: at,
        end: at,
        text: `${' '.repeat(margin.indent)}${layOutBinding(item, margin)}\n`,
      });
    }
    added = [];
  };
  for (const item of after) {
    if (item.kind === 'binding' && item.span === undefined) added.push(item);
    if (item.span === undefined) continue;
    flush(item.span.start);
    const original = originals.get(item.span.start);
    originals.delete(item.span.start);
    if (item.kind === 'binding' && item !== original) {
      const margin = { indent: indentationAt(source, item.span.start), names };
      edits.push({ ...item.span, text: layOutBinding(item, margin) });
    }
  }
  flush(sectionEnd);
  for (const item of originals.values()) {
    if (item.span !== undefined) edits.push(deletionOfLines(source, item.span.start, item.span.end));
  }
  return edits;
}

function layOutBinding(item: Binding, margin: Margin): string {
  return layOutConst(`${item.name}${item.annotation}`, item.value, margin);
}
