import { type AppliedChange, applyChange } from '../proposers/reply/apply-change.ts';
import type { Draft } from './draft.ts';
import type { Parent } from './prompt-facts.ts';

export interface PlacedDraft {
  /** The attempt that was changed. Another one than the incumbent: the change could not be made to that. */
  readonly parent: number;
  readonly applied: AppliedChange;
}

/**
 * Applies a draft to the incumbent. When something was kept since the draft was asked for, edits are made to the new
 * incumbent if their places are still there; a whole file stays what it was, the old incumbent with a change.
 */
export function placeDraft({ parent, change }: Draft, incumbent: Parent): PlacedDraft {
  if (parent.attempt !== incumbent.attempt && change.kind === 'edits') {
    const rebased = applyChange(incumbent.source, change);
    if (rebased.kind === 'applied') return { parent: incumbent.attempt, applied: rebased };
  }
  return { parent: parent.attempt, applied: applyChange(parent.source, change) };
}
