import { children, type Expression, namesIn, number, withChildren } from './expression.ts';
import { phrase } from './phrase.ts';
import { bindingsOf, type Draft, valuesByName } from './policy-program.ts';
import { printExpression } from './print-expression.ts';
import { simplify } from './simplify.ts';
import { type Site, sitesOf } from './sites.ts';
import { isSum, sumOf, type Term, termsOf } from './terms.ts';
import { dependsOnWorker } from './worker-dependence.ts';

/** A number that shapes the cost: a literal, or the unwritten weight 1 of a summand. */
export interface Constant {
  readonly value: number;
  /** "the weight of queuedTokens", "QUEUE_OVERHEAD". */
  readonly what: string;
  /** Weights of summands may change sign or vanish; other literals may not. */
  readonly isWeight: boolean;
  withValue(value: number): Draft;
}

/** A draft as a point in the space of its constants. Drafts with equal shapes differ in constants only. */
export interface Parametrisation {
  readonly shape: string;
  readonly constants: readonly Constant[];
}

export function parametrise(draft: Draft): Parametrisation {
  const values = valuesByName(draft);
  const constants: Constant[] = [];
  const costNames = new Set(
    [...bindingsOf(draft.locals).map((item) => item.value), draft.result].flatMap((e) => [...namesIn(e)]),
  );
  const shapes = sitesOf(draft).map((site) => {
    const servesSetupOnly = site.section === 'setup' && !costNames.has(site.name ?? '');
    if (servesSetupOnly) return `${site.name}=${printExpression(site.expression)}`;
    const reader = new SiteReader(site, values, constants);
    const text = reader.read(site.expression, (expression) => expression, site.name);
    return `${site.name ?? 'return'}=${text}`;
  });
  return { shape: shapes.join(';'), constants };
}

/** Walks one expression, collecting its constants and leaving `#` in their places. */
class SiteReader {
  readonly #site: Site;
  readonly #values: ReadonlyMap<string, Expression>;
  readonly #constants: Constant[];

  constructor(site: Site, values: ReadonlyMap<string, Expression>, constants: Constant[]) {
    this.#site = site;
    this.#values = values;
    this.#constants = constants;
  }

  read(expression: Expression, put: (e: Expression) => Expression, what?: string): string {
    if (expression.kind === 'number') return this.#literal(expression.value, put, what);
    const terms = termsOf(expression);
    const isWeighted = terms.length === 1 && terms[0]?.weight !== 1;
    if (isSum(expression) || isWeighted) return this.#sum(terms, put);
    const parts = children(expression);
    if (parts.length === 0) return printExpression(expression);
    const operator =
      'operator' in expression ? expression.operator : 'callee' in expression ? expression.callee : '';
    const texts = parts.map((part, index) =>
      this.read(part, (next) => put(withChildren(expression, parts.with(index, next)))),
    );
    return `${expression.kind}${operator}(${texts.join(',')})`;
  }

  #literal(value: number, put: (e: Expression) => Expression, what = 'the constant'): string {
    if (value === 0) return '0';
    const withValue = (next: number): Draft => this.#site.put(put(number(next)));
    this.#constants.push({
      value,
      what: what === 'the constant' ? `${what} ${value}` : what,
      isWeight: false,
      withValue,
    });
    return '#';
  }

  /** Terms in the order of their text, so that a change of sign doesn't change the shape. */
  #sum(terms: readonly Term[], put: (e: Expression) => Expression): string {
    const order = terms
      .map((term, index) => ({ term, index, text: printExpression(term.factor) }))
      .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : a.index - b.index));
    const texts = order.map(({ term, index, text }) => {
      if (!dependsOnWorker(term.factor, this.#values)) return `${term.weight}*${text}`;
      const replace = (next: Term): Expression => put(sumOf(terms.with(index, next)));
      const readFactor = (): string => this.read(term.factor, (factor) => replace({ ...term, factor }));
      if (term.weight === 1 && this.#hasNamedWeight(term.factor)) return readFactor();
      this.#constants.push({
        value: term.weight,
        what: `the weight of ${phrase(term.factor)}`,
        isWeight: true,
        withValue: (weight) => this.#site.put(simplify(replace({ ...term, weight }))),
      });
      return `#*${readFactor()}`;
    });
    return `sum(${texts.join(',')})`;
  }

  /** Whether one of the factors is a constant with a name, such as QUEUE_OVERHEAD, which then is the weight. */
  #hasNamedWeight(factor: Expression): boolean {
    if (factor.kind === 'name') return this.#values.get(factor.name)?.kind === 'number';
    return (
      factor.kind === 'binary' &&
      factor.operator === '*' &&
      children(factor).some((part) => this.#hasNamedWeight(part))
    );
  }
}
