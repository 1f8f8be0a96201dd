import type { ScenarioSettings } from '../../harness/isolate/child-job.ts';
import { simulationSpec } from '../../harness/isolate/simulation-spec.ts';
import { createInit } from '../../harness/sim/policy-init.ts';
import { simulate } from '../../harness/sim/simulate.ts';
import { passTiming } from '../../harness/sim/timing-spec.ts';
import { readColumnsFile } from '../../harness/trace/columns-file.ts';
import createPolicy from '../../policies/router/policy.ts';

/** What a child of the harness does, in a process without a realm. */
export interface PlainJob {
  readonly columnsFile: string;
  readonly settings: ScenarioSettings;
  readonly runs: number;
}

const { columnsFile, settings, runs }: PlainJob = JSON.parse(process.argv[2] ?? '');
const { columns } = readColumnsFile(columnsFile);
const timing = passTiming(settings.timing);

const simulatedMs = Array.from({ length: runs }, () => {
  const startedAt = performance.now();
  const policy = createPolicy(createInit({ ...settings, numGpuBlocks: settings.kvBlocks, timing }));
  simulate(columns, simulationSpec(settings, timing, { kind: 'policy', policy }));
  return performance.now() - startedAt;
});
process.stdout.write(JSON.stringify({ simulatedMs }));
