import type { ScenarioHeader } from '../../harness/isolate/answer-layout.ts';
import type { PreparedScenario } from '../../harness/isolate/prepare-scenarios.ts';
import type { AnsweredScenario } from '../../harness/isolate/resimulate.ts';
import { settingsOf } from '../../harness/isolate/scenario-settings.ts';
import { simulationSpec } from '../../harness/isolate/simulation-spec.ts';
import { simulate } from '../../harness/sim/simulate.ts';
import { passTiming } from '../../harness/sim/timing-spec.ts';
import { readColumnsFile } from '../../harness/trace/columns-file.ts';

/** What an honest child answers for a scenario. */
export function honestAnswer(prepared: PreparedScenario): AnsweredScenario {
  const settings = settingsOf(prepared, {});
  const policy = {
    router: { cost: (_req: unknown, worker: { readonly inFlight: number }) => worker.inFlight },
  };
  const result = simulate(
    readColumnsFile(prepared.columnsFile).columns,
    simulationSpec(settings, passTiming(settings.timing), { kind: 'policy', policy }),
  );
  const { placementOrder, placementCalls, placements, hookCalls, passes } = result;
  const header: ScenarioHeader = {
    requests: placementOrder.length,
    placements,
    hookCalls,
    passes,
    simulatedNs: 1,
  };
  return structuredClone({ header, columns: { ...result.outcomes, placementOrder, placementCalls } });
}
