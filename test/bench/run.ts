import { loadavg } from 'node:os';
import { benchAttempts } from './attempts.ts';
import { type BenchOptions, parseBenchOptions } from './bench-options.ts';
import { checkRatios, recordRatios } from './check.ts';
import { benchSandbox } from './sandbox.ts';
import { benchScale } from './scale.ts';
import { benchSimulation } from './simulation.ts';
import { benchStartUp } from './start-up.ts';
import { benchWholeProcess } from './whole-process.ts';

const GROUPS: Readonly<Record<string, (options: BenchOptions) => Promise<void>>> = {
  simulation: benchSimulation,
  process: benchWholeProcess,
  scale: benchScale,
  'start-up': benchStartUp,
  attempts: benchAttempts,
  sandbox: benchSandbox,
};

function loadText(): string {
  return loadavg()
    .map((value) => value.toFixed(2))
    .join(' ');
}

const options = parseBenchOptions(process.argv.slice(2));
if (options.check) {
  process.exitCode = (await checkRatios()) ? 0 : 1;
} else if (options.record) {
  await recordRatios();
} else {
  console.log(`Node ${process.version}, load average ${loadText()}, ${options.rounds} rounds\n`);
  for (const name of options.groups.length > 0 ? options.groups : Object.keys(GROUPS)) {
    const group = GROUPS[name];
    if (group === undefined) throw new Error(`no group ${name}; there is: ${Object.keys(GROUPS).join(', ')}`);
    console.log(`## ${name}`);
    await group(options);
    console.log(`load average ${loadText()}\n`);
  }
}
