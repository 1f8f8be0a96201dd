import type { CallRecord, SettledRecord } from './records.ts';

/** What calls of a model took. A call that was never settled counts at the most it may have cost. */
export interface CallTotals {
  readonly calls: number;
  /** Calls without an end in the journal: under way, or cut short by a kill. */
  readonly unsettled: number;
  readonly tokens: number;
  /** US dollars; null = the price of some call is not known. */
  readonly usd: number | null;
}

interface LedgerEntry {
  readonly call: CallRecord;
  settled: SettledRecord | undefined;
}

const NANO = 1e9;

/**
 * The calls of a run, as its journal has them. Money is added up in whole billionths of a dollar, so that the order of
 * the calls makes no difference.
 */
export class CallLedger {
  readonly #entries: LedgerEntry[] = [];
  #unsettled = 0;
  #tokens = 0;
  #nanoUsd = 0;
  #unpriced = 0;

  /** Calls are numbered from 1. */
  get nextCall(): number {
    return this.#entries.length + 1;
  }

  get totals(): CallTotals {
    return {
      calls: this.#entries.length,
      unsettled: this.#unsettled,
      tokens: this.#tokens,
      usd: this.#unpriced > 0 ? null : this.#nanoUsd / NANO,
    };
  }

  /** The last reply that was paid for this turn of an attempt. */
  paidReply(attempt: number, turn: number): SettledRecord | undefined {
    return this.#entries.findLast(
      ({ call, settled }) => call.attempt === attempt && call.turn === turn && settled?.reply !== undefined,
    )?.settled;
  }

  /** Says what is wrong with the record, or takes it. */
  apply(record: CallRecord | SettledRecord): string | undefined {
    return record.kind === 'call' ? this.#open(record) : this.#settle(record);
  }

  #open(call: CallRecord): string | undefined {
    if (call.call !== this.nextCall) return `call ${call.call} where ${this.nextCall} is next`;
    this.#entries.push({ call, settled: undefined });
    this.#unsettled++;
    this.#add(call, 1);
    return undefined;
  }

  #settle(settled: SettledRecord): string | undefined {
    const entry = this.#entries[settled.call - 1];
    if (entry === undefined) return `the end of call ${settled.call}, which was not made`;
    if (entry.settled !== undefined) return `call ${settled.call} ended twice`;
    entry.settled = settled;
    this.#unsettled--;
    this.#add(entry.call, -1);
    this.#add(settled, 1);
    return undefined;
  }

  #add({ tokens, usd }: CallRecord | SettledRecord, sign: 1 | -1): void {
    this.#tokens += sign * tokens;
    if (usd === null) this.#unpriced += sign;
    else this.#nanoUsd += sign * nanoUsd(usd);
  }
}

/** Parts of a billionth count as a whole one; what floating point adds below that does not. */
function nanoUsd(usd: number): number {
  return Math.ceil(usd * NANO - 1e-3);
}
