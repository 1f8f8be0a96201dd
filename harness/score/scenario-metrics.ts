import type { HookCalls } from '../sim/hook-calls.ts';

/** What one simulated scenario came to, over its scored requests. Times in ms. Computed by the parent from columns. */
export interface ScenarioMetrics {
  readonly scenario: string;
  /** Scored requests, and how many of them completed. */
  readonly requests: number;
  readonly completed: number;
  readonly ttftMeanMs: number;
  readonly ttftP50Ms: number;
  readonly ttftP90Ms: number;
  readonly ttftP99Ms: number;
  readonly e2eMeanMs: number;
  readonly e2eP99Ms: number;
  readonly tpotMeanMs: number;
  /** Share of scored requests with TTFT ≤ 2 s and TPOT ≤ 50 ms. */
  readonly goodput: number;
  /** Prompt tokens taken from the cache ÷ prompt tokens. */
  readonly reuse: number;
  readonly decisionHash: string;
  /** Calls of the policy's hooks. */
  readonly policyCalls: number;
  /** By hook; undefined where nobody counted. */
  readonly hookCalls?: HookCalls | undefined;
}
