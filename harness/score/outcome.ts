import type { ScenarioMetrics } from './scenario-metrics.ts';

/** What happened to a policy that was evaluated. Failures are values without a number: they can't be compared. */
export type Outcome =
  | {
      readonly kind: 'scored';
      readonly scenarios: readonly ScenarioMetrics[];
      readonly decisionHash: string;
      readonly policyCalls: number;
    }
  /** Refused before it ran: too large, a forbidden import, not a policy module. */
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'build-failed'; readonly reason: string }
  | { readonly kind: 'policy-error'; readonly reason: string }
  | { readonly kind: 'timed-out'; readonly reason: string }
  | { readonly kind: 'out-of-memory'; readonly reason: string }
  | { readonly kind: 'crashed'; readonly reason: string }
  | { readonly kind: 'nondeterministic'; readonly reason: string }
  | { readonly kind: 'invariant-violated'; readonly reason: string };

export type OutcomeKind = Outcome['kind'];

export interface Evaluation {
  readonly outcome: Outcome;
  /** Its decisions on the first scenario were the incumbent's: the outcome covers that scenario only. */
  readonly stopped?: 'same-decisions';
  /** Where each request of each scenario was placed; only if it is scored. */
  readonly placements?: readonly Int32Array[];
  /** Wall time of each simulation in the child; only if it is scored. */
  readonly simulatedMs?: readonly number[];
  /**
   * Wall time of a simulation by hook call, ns, in the fastest scenario: a call takes no longer on average. Only if it
   * is scored.
   */
  readonly decisionNs?: number;
  /** Sandbox layers that were active, e.g. 'process', 'permission', 'prlimit', and 'resimulation'. */
  readonly layers: readonly string[];
  readonly wallMs: number;
}
