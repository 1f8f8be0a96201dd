import type { Proposal } from '../proposers/proposer.ts';
import type { Turn } from '../store/records.ts';
import type { Parent } from './prompt-facts.ts';

/** A proposal and the policy it was made for. */
export interface Draft extends Proposal {
  readonly parent: Parent;
  /** The replies it took; undefined for a proposer that doesn't answer in text. */
  readonly turns?: readonly Turn[];
}

/** Why no more can be asked. */
export interface Halt {
  readonly kind: 'out-of-budget' | 'refused' | 'unavailable';
  readonly problem: string;
}

export type Drafted =
  | { readonly kind: 'draft'; readonly draft: Draft }
  /** The proposer has nothing more to propose. */
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'halted'; readonly halt: Halt };

/** Where attempts come from. */
export interface DraftSource {
  /** Asks for an attempt's proposal, or goes on waiting for it. */
  draftOf(attempt: number): Promise<Drafted>;
  /** Whether something was asked, and so perhaps paid, for an attempt that has no proposal yet. */
  isAsked(attempt: number): boolean;
  /** Whether a later attempt of the same batch has a proposal to judge. */
  hasLaterDraft(attempt: number): Promise<boolean>;
  /** Breaks off what is under way and waits for it. */
  close(): Promise<void>;
}
