/** The harness, as the operator's side sees it. */

export { bundlePolicy, type PolicyBundle } from './build/bundle-policy.ts';
export {
  DEFAULT_ENGINE_NAME,
  type Engine,
  engineNamed,
  engineNames,
  type TimingSource,
} from './engines/engine.ts';
export type { EngineProfile } from './engines/engine-profile.ts';
export { kvCapacityTokens } from './engines/kv-capacity.ts';
export { fingerprint } from './fingerprint.ts';
export { packageRoot } from './installed-package.ts';
export { type EvaluationJob, evaluatePolicy } from './isolate/evaluate-policy.ts';
export { type PreparedScenario, prepareScenarios, type TraceSource } from './isolate/prepare-scenarios.ts';
export { type EngineArguments, parseEngineArguments } from './replay/engine-arguments.ts';
export type { ReplayInsight } from './replay/replay-insight.ts';
export type { ReplayRecord } from './replay/replay-records.ts';
export type { ReplayReport } from './replay/replay-report.ts';
export type {
  ReplayRequest,
  SyntheticArrivals,
  SyntheticWorkload,
  TraceWorkload,
} from './replay/replay-request.ts';
export { parseRouterArguments } from './replay/router-arguments.ts';
export { type ReplayRun, runReplay } from './replay/run-replay.ts';
export { type DecisionChanges, decisionChanges } from './score/decision-changes.ts';
export { gateFailures } from './score/gates.ts';
export type { Evaluation, Outcome, OutcomeKind } from './score/outcome.ts';
export type { Scenario, Split } from './score/scenario.ts';
export type { ScenarioMetrics } from './score/scenario-metrics.ts';
export { type ScenarioOptions, scenariosFor } from './score/scenario-set.ts';
export { openTraces, type ScenarioTrace } from './score/scenario-trace.ts';
export { gain, type Score, scoreAgainst, scoredScenarios } from './score/score.ts';
export {
  DEFAULT_ENGINE,
  DEFAULT_KV_ROUTER,
  type KvRouterConfig,
  type LoadSpec,
  type RouterSpec,
  type TieBreak,
} from './sim/config.ts';
export type { HookCalls } from './sim/hook-calls.ts';
export type { PassTiming } from './sim/pass-timing.ts';
export { passTiming } from './sim/timing-spec.ts';
export { type Baseline, baselinesOf, pinnedBaseline, TARGETS, type Target, targetNamed } from './targets.ts';
export { generateTrace, traceText } from './trace/generate.ts';
export { readMooncake } from './trace/mooncake.ts';
export { type Spread, type TraceProfile, traceProfile } from './trace/trace-profile.ts';
export { UserError } from './user-error.ts';
