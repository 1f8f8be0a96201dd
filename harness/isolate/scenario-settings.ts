import { sameEngine } from '../engines/engine.ts';
import type { SimulationLimits } from '../sim/config.ts';
import type { ScenarioSettings } from './child-job.ts';
import type { PreparedScenario } from './prepare-scenarios.ts';

/**
 * Calls of a policy's hooks, per request and worker. One that holds nothing needs 1 and a little; one that asks `admit`
 * for each of 1,400 held requests at every retry (three a request) needs 4,700.
 */
const CALLS_PER_REQUEST_AND_WORKER = 5000;
/** Rounds of events, per unit of work. Without preemption a unit is done in one pass. */
const ROUNDS_PER_UNIT = 50;

/** What a child simulates a scenario with; `params` are the policy's tunable constants. */
export function settingsOf(
  prepared: PreparedScenario,
  params: Readonly<Record<string, number>>,
): ScenarioSettings {
  const { workers, kvBlocks, blockSize, maxBatchedTokens, speedup, seed, engine } = prepared.scenario;
  const { timing } = sameEngine(engine);
  return {
    timing,
    workers,
    kvBlocks,
    blockSize,
    maxBatchedTokens,
    speedup,
    seed,
    params,
    limits: simulationLimits(prepared),
  };
}

/** Far above what any sensible policy needs: who gets there would not get to an end. */
export function simulationLimits({
  scenario,
  promptTokens,
  outputTokens,
}: PreparedScenario): SimulationLimits {
  const requests = promptTokens.length;
  // A prompt is cut into passes at the token budget, an output has a pass per token.
  const units = promptTokens.reduce(
    (sum, tokens, request) =>
      sum + Math.ceil(tokens / scenario.maxBatchedTokens) + (outputTokens[request] ?? 0) + 1,
    0,
  );
  return {
    hookCalls: CALLS_PER_REQUEST_AND_WORKER * requests * scenario.workers,
    rounds: ROUNDS_PER_UNIT * units,
  };
}
