import { simulateAgain } from '../sim/simulate.ts';
import { passTiming } from '../sim/timing-spec.ts';
import { readColumnsFile } from '../trace/columns-file.ts';
import { ANSWER_LAYOUT, type AnswerColumns, type ScenarioHeader } from './answer-layout.ts';
import type { PreparedScenario } from './prepare-scenarios.ts';
import { settingsOf } from './scenario-settings.ts';
import { simulationSpec } from './simulation-spec.ts';

/** One scenario of a child's answer. */
export interface AnsweredScenario {
  readonly header: ScenarioHeader;
  readonly columns: AnswerColumns;
}

/**
 * Simulates a scenario once more, here and without the policy, from the placements that a child reports. Why its
 * columns are not what these placements lead to, or undefined when every bit is.
 */
export function resimulationProblem(
  prepared: PreparedScenario,
  answered: AnsweredScenario,
): string | undefined {
  const settings = settingsOf(prepared, {});
  const spec = simulationSpec(settings, passTiming(settings.timing), { kind: 'round-robin' });
  const requests = readColumnsFile(prepared.columnsFile).columns;
  try {
    const { outcomes, placementOrder, placementCalls, passes } = simulateAgain(
      requests,
      spec,
      answered.columns,
    );
    if (passes !== answered.header.passes) return `it takes ${passes} passes, not ${answered.header.passes}`;
    return firstDifference({ ...outcomes, placementOrder, placementCalls }, answered.columns);
  } catch (error) {
    return `its decisions can't be simulated: ${(error as Error).message}`;
  }
}

function firstDifference(simulated: AnswerColumns, answered: AnswerColumns): string | undefined {
  for (const { name } of ANSWER_LAYOUT) {
    const row = firstOtherRow(simulated[name], answered[name]);
    if (row !== undefined)
      return `${name} is ${simulated[name][row]}, not ${answered[name][row]}, in row ${row + 1}`;
  }
  return undefined;
}

function firstOtherRow(expected: ArrayLike<number>, actual: ArrayLike<number>): number | undefined {
  const rows = Math.max(expected.length, actual.length);
  for (let row = 0; row < rows; row++) if (!Object.is(expected[row], actual[row])) return row;
  return undefined;
}
