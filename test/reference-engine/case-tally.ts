import { STATUS } from '../../harness/sim/simulation-result.ts';
import type { CaseEnd } from './engine-case.ts';

const SIGNS = {
  completed: ({ outcomes }) => outcomes.status.includes(STATUS.completed),
  rejected: ({ outcomes }) => outcomes.status.includes(STATUS.rejected),
  'cut off': ({ outcomes }) =>
    outcomes.status.includes(STATUS.inFlight) || outcomes.status.includes(STATUS.notArrived),
  preempted: ({ preemptions }) => preemptions > 0,
  're-used': ({ outcomes }) => outcomes.reusedTokens.some((tokens) => tokens > 0),
  tied: ({ ties }) => ties > 0,
  'asked a policy': ({ policyCalls }) => policyCalls > 0,
} as const satisfies Record<string, (result: Extract<CaseEnd, { kind: 'result' }>['result']) => boolean>;

/** How many cases showed what: evidence that a set of cases reaches the corners it is meant to reach. */
export class CaseTally {
  cases = 0;
  readonly #counts = new Map<string, number>();

  add(end: CaseEnd): void {
    this.cases += 1;
    if (end.kind === 'error') {
      this.#count(end.error.constructor.name);
      return;
    }
    for (const [sign, holds] of Object.entries(SIGNS)) if (holds(end.result)) this.#count(sign);
  }

  count(sign: keyof typeof SIGNS | 'DeadEndError' | 'PolicyError' | 'InvariantError'): number {
    return this.#counts.get(sign) ?? 0;
  }

  toString(): string {
    const counts = [...this.#counts].sort(([, a], [, b]) => b - a);
    return `${this.cases} cases (${counts.map(([sign, count]) => `${sign}: ${count}`).join(', ')})`;
  }

  #count(sign: string): void {
    this.#counts.set(sign, (this.#counts.get(sign) ?? 0) + 1);
  }
}
