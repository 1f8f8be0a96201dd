import { UserError } from '../../harness/index.ts';
import type { CallCost, Reservation, Spending } from '../proposers/model/model-client.ts';
import type { CallTotals } from '../store/call-ledger.ts';
import type { RunLog } from './run-log.ts';

/** What the calls of a run may take in all. */
export interface CallCaps {
  readonly tokens?: number | undefined;
  readonly usd?: number | undefined;
  readonly calls?: number | undefined;
}

/** Half a billionth of a dollar: less than any difference between two sums of prices. */
const ROUNDING_USD = 5e-10;

/**
 * The purse of a run. A call is journaled at the most it can cost before it is sent, and again at what it took, so
 * that nothing but the journal says what is left: whatever is killed, no more than the caps is spent.
 */
export class Budget {
  readonly #log: RunLog;
  readonly #caps: CallCaps;

  constructor(log: RunLog, caps: CallCaps) {
    this.#log = log;
    this.#caps = caps;
  }

  /** What is spent or reserved. */
  get totals(): CallTotals {
    return this.#log.state.calls.totals;
  }

  /** The purse for one turn of an attempt: 0 = its first question, each repair is one more. */
  spending(attempt: number, turn: number): Spending {
    return {
      reserve: (worst) => (this.#fits(worst) ? this.#reserve(attempt, turn, worst) : undefined),
    };
  }

  /** A reply that was paid for and then lost to a kill before anything was made of it. */
  paidReply(
    attempt: number,
    turn: number,
  ): { readonly text: string; readonly finish: 'complete' | 'cut' } | undefined {
    const paid = this.#log.state.calls.paidReply(attempt, turn);
    if (paid?.reply === undefined) return undefined;
    return { text: this.#log.blobs.get(paid.reply), finish: paid.outcome === 'cut' ? 'cut' : 'complete' };
  }

  #fits({ tokens, usd }: CallCost): boolean {
    const { totals } = this;
    const caps = this.#caps;
    if (caps.calls !== undefined && totals.calls + 1 > caps.calls) return false;
    if (caps.tokens !== undefined && totals.tokens + tokens > caps.tokens) return false;
    if (caps.usd === undefined) return true;
    // What is not known might be anything.
    return totals.usd !== null && usd !== null && totals.usd + usd <= caps.usd + ROUNDING_USD;
  }

  #reserve(attempt: number, turn: number, worst: CallCost): Reservation {
    const log = this.#log;
    const { call } = log.append({
      kind: 'call',
      call: log.state.calls.nextCall,
      attempt,
      turn,
      tokens: worst.tokens,
      usd: worst.usd,
    });
    return {
      settle: ({ tokens, usd, outcome, usage, reply }) => {
        log.append({
          kind: 'settled',
          call,
          tokens,
          usd,
          outcome,
          ...(usage === undefined ? {} : { usage }),
          ...(reply === undefined ? {} : { reply: log.blobs.put(reply) }),
        });
      },
    };
  }
}

/** A cap in dollars means nothing where the price is not known. */
export function requirePrice(caps: CallCaps, price: object | null, model: string): void {
  if (caps.usd !== undefined && price === null)
    throw new UserError(
      `--max-usd: the price of ${model} is not known; give it as --price prompt,cached,reply in US dollars per million tokens, or cap tokens with --max-tokens`,
    );
}
