import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalForm } from '../../../src/proposers/mutator/canonical-form.ts';
import { binary, type Expression, number } from '../../../src/proposers/mutator/expression.ts';
import { parsePolicy } from '../../../src/proposers/mutator/parse-policy.ts';
import { printExpression } from '../../../src/proposers/mutator/print-expression.ts';
import { simplify } from '../../../src/proposers/mutator/simplify.ts';
import { sumOf, termsOf } from '../../../src/proposers/mutator/terms.ts';
import { dimensionOf, unitOf } from '../../../src/proposers/mutator/units.ts';

const FIELDS = ['queued', 'inFlight', 'usedBlocks'] as const;
const WORKER = { queued: 3, inFlight: 5, usedBlocks: 0.25 };

const { expression: anyExpression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom(0, 1, -1, 2, 0.5).map(number),
    fc.constantFrom(...FIELDS).map((field): Expression => ({ kind: 'signal', of: 'worker', field })),
    fc
      .tuple(tie('expression'), fc.constantFrom('+', '-', '*'), tie('expression'))
      .map(([left, operator, right]) => binary(left, operator, right)),
    tie('expression').map((operand): Expression => ({ kind: 'negate', operand })),
    fc
      .tuple(tie('expression'), tie('expression'))
      .map((args): Expression => ({ kind: 'call', callee: 'Math.max', args })),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(
      ([left, consequent, alternate]): Expression => ({
        kind: 'choose',
        test: binary(left, '>', number(1)),
        consequent,
        alternate,
      }),
    ),
  ),
}));

function valueOfText(text: string): number {
  return Number(new Function('worker', `return ${text};`)(WORKER));
}

function policyOf(cost: string, locals = ''): string {
  return `export default function create() {
  return { router: { cost(req, worker) { ${locals} return ${cost}; } } };
}`;
}

function parsedResult(text: string): Expression | undefined {
  return parsePolicy(policyOf(text))?.draft.result;
}

describe('printing an expression', () => {
  it('prints what parses to the same value', () => {
    fc.assert(
      fc.property(anyExpression, (expression) => {
        const text = printExpression(expression);
        const again = parsedResult(text);
        expect(again).toBeDefined();
        if (again === undefined) return;
        expect(valueOfText(text) + 0).toBe(evaluate(expression) + 0);
        expect(valueOfText(printExpression(again)) + 0).toBe(evaluate(expression) + 0);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    'worker.queued / (worker.inFlight / 2)',
    '(worker.queued * worker.inFlight) / 2',
    '(worker.queued % 4) + 1',
    'worker.queued > 2 ? 1 : 0',
    '(worker.queued > 2 ? 1 : 0) * worker.inFlight',
    '-(worker.queued + 1)',
  ])('keeps the parentheses of %s', (text) => {
    const expression = parsedResult(text);
    expect(expression && printExpression(expression)).toBe(text);
  });
});

describe('rewriting an expression', () => {
  it('keeps its value when it is simplified', () => {
    fc.assert(
      fc.property(anyExpression, (expression) => {
        expect(evaluate(simplify(expression))).toBeCloseTo(evaluate(expression), 6);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps its value when it is split into terms and summed again', () => {
    fc.assert(
      fc.property(anyExpression, (expression) => {
        expect(evaluate(sumOf(termsOf(expression)))).toBeCloseTo(evaluate(expression), 6);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the canonical form', () => {
  const formOf = (source: string): string | undefined => {
    const program = parsePolicy(source);
    return program === undefined ? undefined : canonicalForm(program);
  };

  it('is the same for other names, layouts and orders', () => {
    const inline = policyOf('worker.queued * 2 + Math.max(0, req.isl - worker.inFlight)');
    const named = policyOf(
      'Math.max(x, 0) + 2 * worker.queued',
      'const x = req.isl /* sic */ - worker.inFlight;',
    );
    expect(formOf(named)).toBe(formOf(inline));
  });

  it('differs for other signals, constants and signs', () => {
    const forms = ['2 * worker.queued', '3 * worker.queued', '2 * worker.inFlight', '-2 * worker.queued'];
    expect(new Set(forms.map((cost) => formOf(policyOf(cost)))).size).toBe(forms.length);
  });

  it('is undefined where the text does not show everything', () => {
    expect(formOf(policyOf('lookup(worker.id)'))).toBeUndefined();
    expect(formOf(policyOf('x', 'let x = 1;'))).toBeUndefined();
  });
});

describe('units', () => {
  it.each([
    ['worker.queuedTokens / req.blockSize - worker.overlapBlocks', 'blocks'],
    ['worker.overlapBlocks * req.blockSize', 'tokens'],
    ['Math.max(0, worker.inFlight)', 'requests'],
    ['0.5 * worker.passEndsInMs + 3', 'ms'],
    ['worker.usedBlocks / worker.capacityBlocks', 'ratio'],
    ['worker.queued > 1 ? 0 : worker.contextTokens', 'tokens'],
  ])('finds that %s is in %s', (text, dimension) => {
    const expression = parsedResult(text);
    expect(expression && dimensionOf(unitOf(expression, new Map()))).toBe(dimension);
  });
});

function evaluate(expression: Expression): number {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'signal':
      return WORKER[expression.field as keyof typeof WORKER];
    case 'negate':
      return -evaluate(expression.operand);
    case 'call':
      return Math.max(...expression.args.map(evaluate));
    case 'choose':
      return evaluate(expression.test) ? evaluate(expression.consequent) : evaluate(expression.alternate);
    case 'binary':
      return evaluateBinary(expression.operator, evaluate(expression.left), evaluate(expression.right));
    default:
      throw new Error(`not generated: ${expression.kind}`);
  }
}

function evaluateBinary(operator: string, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    default:
      return left > right ? 1 : 0;
  }
}
