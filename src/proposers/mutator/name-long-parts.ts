import { freeName } from './declare-bindings.ts';
import { type Expression, name, placesIn, subexpressions } from './expression.ts';
import { layOutConst, layOutReturn, type Margin, staysWithin } from './lay-out.ts';
import { binding, type Draft } from './policy-program.ts';
import { printExpression, USUAL_NAMES } from './print-expression.ts';
import { placesOf } from './sites.ts';

/** Beyond this, a result is hard to take in even if it breaks over lines. */
const LONGEST_RESULT = 200;
const PART_LENGTH = { least: 30, most: 92 };
/** Where the statements of a cost function usually stand. */
const MARGIN: Margin = { indent: 8, names: USUAL_NAMES };

/** Gives the longest parts of a long result, and of constants too long to lay out, names of their own. */
export function nameLongParts(draft: Draft): Draft {
  const next = nameOnePart(draft);
  return next === undefined ? draft : nameLongParts(next);
}

function nameOnePart(draft: Draft): Draft | undefined {
  for (const [index, item] of draft.locals.entries()) {
    if (item.kind === 'binding' && !staysWithin(layOutConst(item.name, item.value, MARGIN), MARGIN.indent)) {
      const part = longestPart(item.value);
      if (part === undefined) continue;
      const chosen = freeName(draft, nameFor(part.expression));
      const changed = { ...item, value: part.put(name(chosen)) };
      return {
        ...draft,
        locals: draft.locals.toSpliced(index, 1, binding(chosen, part.expression), changed),
      };
    }
  }
  if (isReadable(draft.result)) return undefined;
  const part = longestPart(draft.result);
  if (part === undefined) return undefined;
  const chosen = freeName(draft, nameFor(part.expression));
  return {
    ...draft,
    locals: [...draft.locals, binding(chosen, part.expression)],
    result: part.put(name(chosen)),
  };
}

function isReadable(result: Expression): boolean {
  return (
    printExpression(result).length <= LONGEST_RESULT &&
    staysWithin(layOutReturn(result, MARGIN), MARGIN.indent)
  );
}

/** The longest part that is a number, fits on a line and is worth a name. */
function longestPart(root: Expression) {
  const sized = placesIn(root)
    .filter(
      ({ expression, parent }) =>
        parent !== undefined && isNumeric(expression) && !isFragment(expression, parent),
    )
    .map((place) => ({ ...place, length: printExpression(place.expression).length }))
    .filter(({ length }) => length >= PART_LENGTH.least && length <= PART_LENGTH.most);
  return sized.sort((a, b) => b.length - a.length)[0];
}

function isNumeric(expression: Expression): boolean {
  if (expression.kind === 'choose' || expression.kind === 'call') return true;
  return expression.kind === 'binary' && ['+', '-', '*', '/'].includes(expression.operator);
}

/** The left part of a chain such as `a + b` in `a + b + c`. */
function isFragment(expression: Expression, parent: Expression): boolean {
  return (
    expression.kind === 'binary' &&
    parent.kind === 'binary' &&
    parent.left === expression &&
    '+-'.includes(expression.operator) === '+-'.includes(parent.operator)
  );
}

function nameFor(expression: Expression): string {
  const core = subexpressions(expression)
    .map((part) =>
      part.kind === 'name' ? part.name : part.kind === 'signal' && part.of === 'worker' ? part.field : '',
    )
    .find((text) => text !== '');
  const base = core ?? 'value';
  const capitalised = base.charAt(0).toUpperCase() + base.slice(1);
  switch (expression.kind) {
    case 'choose':
      return `gated${capitalised}`;
    case 'call':
      return `bounded${capitalised}`;
    case 'binary':
      return '+-'.includes(expression.operator) ? `${base}Sum` : `weighted${capitalised}`;
    default:
      return `part${capitalised}`;
  }
}

/** Total size of a draft: how much there is to read. */
export function sizeOfDraft(draft: Draft): number {
  return placesOf(draft).length;
}
