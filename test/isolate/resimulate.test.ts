import { describe, expect, it } from 'vitest';
import { bundlePolicy } from '../../harness/index.ts';
import { evaluateProgram } from '../../harness/isolate/evaluate-policy.ts';
import type { PreparedScenario } from '../../harness/isolate/prepare-scenarios.ts';
import { type AnsweredScenario, resimulationProblem } from '../../harness/isolate/resimulate.ts';
import { simulationLimits } from '../../harness/isolate/scenario-settings.ts';
import { honestAnswer } from './honest-answer.ts';
import { smallScenarios } from './small-scenarios.ts';

const HOLDING = `
  import type { Init, Policy } from 'autoresearch/contract';
  export default function create(init: Init): Policy {
    return { router: {
      cost: (req, w) => w.prefillTokens - w.overlapBlocks * req.blockSize + init.rng.next(),
      admit: (_req, w) => w.inFlight < 6,
      order: (req) => req.isl,
    } };
  }`;

function firstScenario(): PreparedScenario {
  const [first] = smallScenarios();
  if (first === undefined) throw new Error('a scenario is needed');
  return first;
}

describe('the columns of a child', () => {
  it('are what its decisions lead to, if it is honest', () => {
    const scenario = firstScenario();
    expect(resimulationProblem(scenario, honestAnswer(scenario))).toBeUndefined();
  });

  it.each<[string, (answered: AnsweredScenario) => void, RegExp]>([
    [
      'a first token a little earlier',
      ({ columns }) => {
        columns.firstTokenMs[7] = (columns.firstTokenMs[7] ?? 0) * (1 - Number.EPSILON);
      },
      /^firstTokenMs is [\d.]+, not [\d.]+, in row 8$/,
    ],
    [
      'more reuse',
      ({ columns }) => {
        columns.reusedTokens[9] = 512;
      },
      /^reusedTokens is \d+, not 512, in row 10$/,
    ],
    [
      'another worker',
      ({ columns }) => {
        columns.worker[3] = ((columns.worker[3] ?? 0) + 1) % 3;
      },
      /can't be simulated|in row \d+$|passes/,
    ],
    [
      'a status of its own',
      ({ columns }) => {
        columns.status[0] = 3;
      },
      /^status is 2, not 3, in row 1$/,
    ],
    [
      'a placement twice',
      ({ columns }) => {
        columns.placementOrder[4] = columns.placementOrder[3] ?? 0;
      },
      /^its decisions can't be simulated: request \d+ is placed when it is not there$/,
    ],
    [
      'fewer passes',
      (answered) => {
        (answered.header as { passes: number }).passes -= 1;
      },
      /^it takes \d+ passes, not \d+$/,
    ],
  ])('with %s are not', (_title, forge, problem) => {
    const scenario = firstScenario();
    const answered = honestAnswer(scenario);
    forge(answered);
    expect(resimulationProblem(scenario, answered)).toMatch(problem);
  });
});

describe('an evaluation with a re-simulation', () => {
  it('scores a policy that holds, draws lots and sorts as one without does', async () => {
    const job = { name: 'policy.ts', scenarios: smallScenarios(), deadlineMs: 60_000 };
    const bundle = await bundlePolicy(HOLDING, job);
    if (bundle.kind !== 'built') throw new Error(bundle.reason);
    const plain = await evaluateProgram(bundle.code, job);
    const checked = await evaluateProgram(bundle.code, { ...job, resimulate: true });
    expect(checked.outcome).toMatchObject({
      kind: 'scored',
      scenarios: [{ hookCalls: { admit: expect.any(Number) } }, {}],
    });
    expect(checked.outcome).toEqual(plain.outcome);
    expect(checked.layers).toEqual([...plain.layers, 'resimulation']);
  });
});

describe('the limits of a scenario', () => {
  it('follow from its requests and workers alone', () => {
    const scenario = firstScenario();
    const requests = scenario.promptTokens.length;
    const { hookCalls, rounds } = simulationLimits(scenario);
    expect(hookCalls).toBe(5000 * requests * 3);
    const tokens = scenario.outputTokens.reduce((sum, each) => sum + each, 0);
    // Every prompt fits into one pass here.
    expect(rounds).toBe(50 * (tokens + 2 * requests));
  });
});
