import type { ProposalContext } from '../proposer.ts';
import type { PolicyLibrary } from './policy-library.ts';
import type { Draft, PolicyProgram } from './policy-program.ts';
import type { Random } from './random.ts';

/** One step of the search: a changed draft and what was done, as a sentence without a full stop. */
export interface Move {
  readonly draft: Draft;
  readonly idea: string;
}

/** An earlier attempt that has a score. */
export interface ScoredAttempt {
  readonly attempt: number;
  readonly verdict: 'kept' | 'discarded';
  readonly score: number;
  readonly source: string;
}

/** What an operator works with. */
export interface Material {
  readonly random: Random;
  readonly context: ProposalContext;
  /** The scored attempts of the context, best first. */
  readonly ranked: readonly ScoredAttempt[];
  readonly library: PolicyLibrary;
  /** The policy to change: the incumbent, or an earlier attempt that came close. */
  readonly base: PolicyProgram;
}

export interface Operator {
  readonly name: string;
  /** Relative frequency before anything is known about its success. */
  readonly prior: number;
  /** Whether it leaves the incumbent behind; such operators get more of a run's first attempts. */
  readonly isExploratory?: boolean;
  /** A move on the base policy; undefined where this operator finds nothing to do. */
  move(material: Material): Move | undefined;
}

/** The scored attempts of a history, best first, equal ones oldest first. */
export function rankedAttempts({ history }: ProposalContext): ScoredAttempt[] {
  const scored = history.flatMap(({ attempt, verdict, score, source }) =>
    score === undefined || source === undefined ? [] : [{ attempt, verdict, score, source }],
  );
  return scored.sort((a, b) => a.score - b.score || a.attempt - b.attempt);
}
