import type { ScenarioMetrics } from '../../../harness/index.ts';
import type { AnswerFormat } from './answer-format.ts';

/** All that a prompt says besides the briefing. Nothing here may tell about single validation scenarios. */
export interface PromptFacts {
  readonly incumbent: { readonly attempt: number; readonly source: string };
  readonly train: readonly { readonly baseline: ScenarioMetrics; readonly incumbent: ScenarioMetrics }[];
  /** Shares of latency saved against the baseline. */
  readonly trainGain: number;
  readonly validationGain: number;
  /** Earlier attempts, oldest first, without the seed policy. */
  readonly attempts: readonly LedgerEntry[];
  /** What the person who runs this has to say; undefined = nothing. */
  readonly guidance: string | undefined;
  readonly format: AnswerFormat;
}

export interface LedgerEntry {
  readonly attempt: number;
  readonly idea: string;
  readonly verdict: 'kept' | 'discarded';
  /** One line: the cause of the verdict, and a reason where one may be told. */
  readonly outcome: string;
}
