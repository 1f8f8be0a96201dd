import type { VerdictRecord } from '../store/records.ts';

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
  | { readonly kind: 'evaluated'; readonly policy: number | string }
  | { readonly kind: 'judged'; readonly verdict: VerdictRecord; readonly idea: string };

export type Emit = (event: ResearchEvent) => void;
