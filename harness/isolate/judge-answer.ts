import { sameEngine } from '../engines/engine.ts';
import { combinedDecisionHash } from '../score/decision-hash.ts';
import { fastestPassMs } from '../score/fastest-pass.ts';
import { measureScenario } from '../score/measure-scenario.ts';
import type { Outcome } from '../score/outcome.ts';
import type { ScenarioMetrics } from '../score/scenario-metrics.ts';
import { type ParsedAnswer, parseAnswer } from './parse-answer.ts';
import type { PreparedScenario } from './prepare-scenarios.ts';
import type { AnsweredScenario } from './resimulate.ts';

export interface AskedFor {
  readonly nonce: string;
  readonly scenarios: readonly PreparedScenario[];
  readonly stopIfDecisionHash?: string;
}

export interface Judgement {
  readonly outcome: Outcome;
  /** What it is based on; empty unless it is `scored`. */
  readonly answered: readonly AnsweredScenario[];
  /** The outcome covers the first scenario only, where the decisions were those asked about. */
  readonly stopped: boolean;
}

/** What the bytes of a child that ended by itself come to. The parent measures; the child only reports. */
export function judgeAnswer(bytes: Buffer, asked: AskedFor): Judgement {
  const answer = parseAnswer(bytes, {
    nonce: asked.nonce,
    requests: asked.scenarios.map(({ promptTokens }) => promptTokens.length),
    mayStop: asked.stopIfDecisionHash !== undefined,
  });
  switch (answer.kind) {
    case 'invalid':
      return failed({ kind: 'crashed', reason: `ended without an answer: ${answer.problem}` });
    case 'failed': {
      const { kind, reason, scenario } = answer.error;
      return failed({ kind, reason: `${asked.scenarios[scenario]?.scenario.name}: ${reason}` });
    }
    case 'simulated':
      return judgeColumns(answer, asked);
  }
}

function judgeColumns(answer: ParsedAnswer & { readonly kind: 'simulated' }, asked: AskedFor): Judgement {
  const outcome = measureAll(answer, asked);
  if (outcome.kind !== 'scored') return failed(outcome);
  const answered = answer.scenarios;
  if (!answer.stopped) return { outcome, answered, stopped: false };
  return outcome.scenarios[0]?.decisionHash === asked.stopIfDecisionHash
    ? { outcome, answered, stopped: true }
    : failed({ kind: 'crashed', reason: 'stopped early although its decisions differ' });
}

function measureAll(answer: ParsedAnswer & { readonly kind: 'simulated' }, asked: AskedFor): Outcome {
  const scenarios: ScenarioMetrics[] = [];
  for (const [index, { columns, header }] of answer.scenarios.entries()) {
    const prepared = asked.scenarios[index];
    if (prepared === undefined) throw new Error('an answer has more scenarios than its job');
    const measurement = measureScenario(requestsOf(prepared), columns, header.hookCalls);
    if (measurement.kind !== 'measured') return measurement;
    scenarios.push(measurement.metrics);
  }
  return {
    kind: 'scored',
    scenarios,
    decisionHash: combinedDecisionHash(scenarios.map((metrics) => metrics.decisionHash)),
    policyCalls: scenarios.reduce((sum, { policyCalls }) => sum + policyCalls, 0),
  };
}

function requestsOf({ scenario, promptTokens, outputTokens, scored }: PreparedScenario) {
  const { name, workers, engine, kvBlocks } = scenario;
  const fastest = fastestPassMs(sameEngine(engine).timing, kvBlocks);
  return { name, workers, promptTokens, outputTokens, scored, fastestPassMs: fastest };
}

function failed(outcome: Outcome): Judgement {
  return { outcome, answered: [], stopped: false };
}
