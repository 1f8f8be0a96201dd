import { children, type Expression, type Place, placesIn, withChildren } from './expression.ts';
import type { Binding, Draft, Section } from './policy-program.ts';
import { isSum, sumOf, type Term, termsOf } from './terms.ts';

/** One whole expression of a draft: a constant's value, or the result. */
export interface Site {
  readonly expression: Expression;
  /** Index into the locals before which anything it needs must be declared. */
  readonly position: number;
  /** The constant's name; undefined for the result. */
  readonly name: string | undefined;
  readonly section: 'setup' | 'locals' | 'result';
  /** A draft with this expression replaced: the site's own, or one that only gained constants since. */
  put(expression: Expression, into?: Draft): Draft;
}

/** All expressions of a draft in the order they are computed. */
export function sitesOf(draft: Draft): Site[] {
  const sites = (['setup', 'locals'] as const).flatMap((section) =>
    draft[section].flatMap((item, index) => {
      if (item.kind !== 'binding') return [];
      const position = section === 'setup' ? 0 : index;
      return [bindingSite(draft, section, item, position)];
    }),
  );
  return [...sites, resultSite(draft)];
}

function bindingSite(draft: Draft, section: Section, item: Binding, position: number): Site {
  return {
    expression: item.value,
    position,
    name: item.name,
    section,
    put: (value, into = draft) => ({
      ...into,
      [section]: into[section].map((other) => (other === item ? { ...item, value } : other)),
    }),
  };
}

export function resultSite(draft: Draft): Site {
  return {
    expression: draft.result,
    position: draft.locals.length,
    name: undefined,
    section: 'result',
    put: (result, into = draft) => ({ ...into, result }),
  };
}

/** A place within a site. */
export interface SitedPlace extends Place {
  readonly site: Site;
}

export function placesOf(draft: Draft): SitedPlace[] {
  return sitesOf(draft).flatMap((site) => placesIn(site.expression).map((place) => ({ ...place, site })));
}

/** A sum and the way to replace its terms. */
export interface Sum {
  readonly terms: readonly Term[];
  readonly site: Site;
  putTerms(terms: readonly Term[]): Expression;
}

/** The result (even if it has one term only) and every other largest sum of the cost function. */
export function sumsOf(draft: Draft): Sum[] {
  const sums = sitesOf(draft)
    .filter((site) => site.section !== 'setup')
    .flatMap((site) => sumsIn(site));
  const result = resultSite(draft);
  return [...sums.filter((sum) => sum.site.section !== 'result' || !sum.isWhole), wholeSum(result)];
}

interface FoundSum extends Sum {
  readonly isWhole: boolean;
}

function wholeSum(site: Site): FoundSum {
  return { terms: termsOf(site.expression), site, isWhole: true, putTerms: sumOf };
}

function sumsIn(site: Site): FoundSum[] {
  const sums: FoundSum[] = [];
  const visit = (expression: Expression, put: (e: Expression) => Expression, isWhole: boolean): void => {
    if (isSum(expression)) {
      const terms = termsOf(expression);
      sums.push({ terms, site, isWhole, putTerms: (next) => put(sumOf(next)) });
      for (const [index, term] of terms.entries()) {
        visit(term.factor, (factor) => put(sumOf(terms.with(index, { ...term, factor }))), false);
      }
      return;
    }
    const parts = children(expression);
    for (const [index, part] of parts.entries()) {
      visit(part, (next) => put(withChildren(expression, parts.with(index, next))), false);
    }
  };
  visit(site.expression, (expression) => expression, true);
  return sums;
}
