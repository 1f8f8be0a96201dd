import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  openTraces,
  type PreparedScenario,
  prepareScenarios,
  type Scenario,
  scenariosFor,
} from '../../harness/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** 240 requests over two minutes: every third shares a six-block prompt start with the others of its kind. */
export function writeSmallTrace(folder: string): string {
  const rows = Array.from({ length: 240 }, (_, index) => {
    const shared = index % 3 === 0 ? [1, 2, 3, 4, 5, 6] : [];
    const own = Array.from({ length: 2 + (index % 5) }, (_, block) => 1000 + index * 10 + block);
    const hashIds = [...shared, ...own];
    return JSON.stringify({
      timestamp: index * 500,
      input_length: hashIds.length * 512 - (index % 7),
      output_length: 20 + (index % 11) * 9,
      hash_ids: hashIds,
    });
  });
  const file = join(folder, 'small.jsonl');
  writeFileSync(file, `${rows.join('\n')}\n`);
  return file;
}

/** The train scenarios of the small trace at two speed-ups, ready for a child; gone when the test is over. */
export function smallScenarios(): PreparedScenario[] {
  return smallScenariosIn(temporaryFolder());
}

export function smallScenariosIn(folder: string): PreparedScenario[] {
  const traces = openTraces([writeSmallTrace(folder)]);
  const scenarios: Scenario[] = traces.flatMap((trace) => scenariosFor(trace, { workers: 3 }));
  const train = scenarios.filter(({ split }) => split === 'train');
  return prepareScenarios(train, traces, join(folder, 'columns'));
}
