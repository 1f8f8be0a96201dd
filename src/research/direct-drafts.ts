import type { Proposer } from '../proposers/proposer.ts';
import type { AttemptHistory } from './attempt-history.ts';
import type { DraftSource } from './draft.ts';

/** Proposals of a proposer that states its changes outright: one at a time, each for the incumbent of its moment. */
export function createDirectDrafts(proposer: Proposer, history: AttemptHistory): DraftSource {
  return {
    async draftOf(attempt) {
      const proposal = await proposer.propose(history.proposalContext(attempt));
      if (proposal === undefined) return { kind: 'exhausted' };
      return { kind: 'draft', draft: { ...proposal, parent: history.incumbent } };
    },
    isAsked: () => false,
    hasLaterDraft: () => Promise.resolve(false),
    close: () => Promise.resolve(),
  };
}
