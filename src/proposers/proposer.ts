import type { Answer, Message } from './model/model-client.ts';

/** A change to the policy file, as a proposer states it. */
export type Change =
  | { readonly kind: 'source'; readonly source: string }
  /** SEARCH/REPLACE edits against the parent's source, applied in order; each must match exactly one place. */
  | { readonly kind: 'edits'; readonly edits: readonly Edit[] }
  /** A reply that states no usable change; `problem` says why in one sentence. It never applies. */
  | { readonly kind: 'malformed'; readonly problem: string };

export interface Edit {
  readonly search: string;
  readonly replace: string;
}

export interface Proposal {
  /** One line: what the change tries. */
  readonly idea: string;
  /** How it came about: `mutate-constant`, `crossover`, `scripted`, … */
  readonly operator: string;
  readonly change: Change;
}

/** What a proposer may look at. Built from the journal alone, so that a resumed run proposes the same things. */
export interface ProposalContext {
  /** From 1. */
  readonly attempt: number;
  /** Seed of this attempt: derived from the run's seed and the attempt number. */
  readonly seed: number;
  readonly incumbent: { readonly source: string; readonly attempt: number; readonly score: number };
  /** Sources a crossover may take from; empty with --no-baselines. */
  readonly baselines: readonly { readonly name: string; readonly source: string }[];
  /** Earlier attempts, oldest first; attempt 0 is the seed policy. */
  readonly history: readonly PastAttempt[];
}

export interface PastAttempt {
  readonly attempt: number;
  readonly idea: string;
  readonly operator: string;
  readonly verdict: 'kept' | 'discarded';
  readonly reason: string;
  /** Train score, where it was scored. */
  readonly score: number | undefined;
  /** The policy source, where the change applied. */
  readonly source: string | undefined;
}

export interface Proposer {
  readonly name: string;
  /** The next proposal, or undefined when there are no more. */
  propose(context: ProposalContext): Promise<Proposal | undefined>;
}

/**
 * A proposer that answers a prompt with text: a model, a command, a person. What the text says, whether it works and
 * what to reply if it does not is not its business.
 */
export interface Respondent {
  readonly name: string;
  /** Recorded as the operator of its proposals: `model`, `command`, `person`. */
  readonly operator: string;
  /** Rejects only when `signal` aborts. */
  respond(request: ReplyRequest, signal: AbortSignal): Promise<Answer>;
}

export interface ReplyRequest {
  readonly attempt: number;
  /** 0 = the first reply of an attempt; each repair is one more. */
  readonly turn: number;
  /** The prompt, and for a repair the replies so far with what was wrong with them. */
  readonly messages: readonly Message[];
  /** The policy to change. */
  readonly incumbent: string;
}
