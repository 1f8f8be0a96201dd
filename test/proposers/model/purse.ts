import type {
  CallCost,
  Reservation,
  SettledCall,
  Spending,
} from '../../../src/proposers/model/model-client.ts';

/** Money for calls, and what became of it. */
export class Purse implements Spending {
  readonly reserved: CallCost[] = [];
  readonly settled: SettledCall[] = [];
  readonly #calls: number;

  constructor(calls = Number.POSITIVE_INFINITY) {
    this.#calls = calls;
  }

  reserve(worst: CallCost): Reservation | undefined {
    if (this.reserved.length >= this.#calls) return undefined;
    this.reserved.push(worst);
    return { settle: (actual) => this.settled.push(actual) };
  }
}
