import type { AnyNode } from 'acorn';
import { FUEL_CELL, FUEL_SPENT } from './fuel-names.ts';
import { childrenOf } from './syntax-tree.ts';

interface Insertion {
  readonly at: number;
  readonly text: string;
  /** Whether it stands behind what it belongs to, and where that begins; if not, where it ends. */
  readonly isEnd: boolean;
  readonly opposite: number;
}

const STATEMENT = `if(--${FUEL_CELL}[0]<0)${FUEL_SPENT}();`;
const EXPRESSION = `--${FUEL_CELL}[0]<0&&${FUEL_SPENT}()`;

/**
 * The program with a step counted at every round of a loop, every call of a function and every field a class
 * initialises: whatever takes long without them is one operation of the language. Means the same otherwise.
 */
export function insertFuel(root: AnyNode, program: string): string {
  const insertions: Insertion[] = [];
  const pending: AnyNode[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    insertions.push(...insertionsFor(node));
    pending.push(...childrenOf(node));
  }
  insertions.sort(inOrder);
  let text = '';
  let end = 0;
  for (const insertion of insertions) {
    text += program.slice(end, insertion.at) + insertion.text;
    end = insertion.at;
  }
  return text + program.slice(end);
}

/** In one place, what ends comes before what begins; inner nodes end first, outer nodes begin first. */
function inOrder(a: Insertion, b: Insertion): number {
  return a.at - b.at || Number(b.isEnd) - Number(a.isEnd) || b.opposite - a.opposite;
}

function insertionsFor(node: AnyNode): Insertion[] {
  switch (node.type) {
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'FunctionDeclaration':
    case 'FunctionExpression':
      return inBody(node.body);
    case 'ArrowFunctionExpression':
      return node.body.type === 'BlockStatement' ? inBody(node.body) : before(node.body);
    case 'PropertyDefinition':
      return node.value && computes(node.value) ? before(node.value) : [];
    default:
      return [];
  }
}

function inBody(body: AnyNode): Insertion[] {
  if (body.type !== 'BlockStatement') return around(body, `{${STATEMENT}`, '}');
  return [{ at: body.start + 1, text: STATEMENT, isEnd: false, opposite: body.end }];
}

function before(expression: AnyNode): Insertion[] {
  return around(expression, `(${EXPRESSION},`, ')');
}

function around({ start, end }: AnyNode, opening: string, closing: string): Insertion[] {
  return [
    { at: start, text: opening, isEnd: false, opposite: end },
    { at: end, text: closing, isEnd: true, opposite: start },
  ];
}

/** Functions and classes take their name from the field they are written in; constants take no time. */
function computes(value: AnyNode): boolean {
  return !/^(?:Literal|ArrowFunctionExpression|FunctionExpression|ClassExpression)$/.test(value.type);
}
