import type { Turn, VerdictRecord } from '../store/records.ts';
import type { CostEstimate } from './cost-estimate.ts';

/** What a run reports while it goes on. The terminal, tests and logs subscribe. */
export type ResearchEvent =
  | { readonly kind: 'measuring'; readonly what: string }
  | {
      readonly kind: 'baseline';
      readonly name: string;
      readonly score: number | undefined;
      readonly validationScore: number | undefined;
    }
  | { readonly kind: 'proposed'; readonly attempt: number; readonly idea: string }
  /** What the run may cost; told before the first question. */
  | { readonly kind: 'estimate'; readonly estimate: CostEstimate }
  /** A question goes out; turn 0 is the first of its attempt. */
  | { readonly kind: 'asking'; readonly attempt: number; readonly turn: number }
  | { readonly kind: 'replied'; readonly attempt: number; readonly turn: Turn }
  /** The proposer is out of reach: the run waits and tries again. */
  | { readonly kind: 'paused'; readonly problem: string; readonly pauseMs: number }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'evaluated'; readonly policy: number | string }
  | { readonly kind: 'judged'; readonly verdict: VerdictRecord; readonly idea: string };

export type Emit = (event: ResearchEvent) => void;
