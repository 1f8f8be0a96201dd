import type { Spending } from './model/model-client.ts';

/** Pays for the calls of a turn, and knows the replies that were paid for. */
export interface Purse {
  spending(attempt: number, turn: number): Spending;
  paidReply(
    attempt: number,
    turn: number,
  ): { readonly text: string; readonly finish: 'complete' | 'cut' } | undefined;
}
