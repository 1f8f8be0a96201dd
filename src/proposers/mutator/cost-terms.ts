import { declareBuildingBlocks } from './declare-bindings.ts';
import { type Draft, valuesByName } from './policy-program.ts';
import type { Dimension } from './signals.ts';
import type { Term } from './terms.ts';
import { dimensionOf, unitOf } from './units.ts';

/** What the cost is measured in. */
export function costDimension(draft: Draft): Dimension {
  return dimensionOf(unitOf(draft.result, valuesByName(draft)));
}

/** Declares what a term from the grammar needs. */
export function declareTerm(draft: Draft, term: Term, before?: number): { draft: Draft; term: Term } {
  const declared = declareBuildingBlocks(draft, term.factor, before);
  return { draft: declared.draft, term: { weight: term.weight, factor: declared.expression } };
}
