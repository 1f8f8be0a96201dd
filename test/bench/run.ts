import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { benchAttempts } from './attempts.ts';
import { benchSimulation } from './simulation.ts';
import { benchStartUp } from './start-up.ts';

export interface BenchOptions {
  /** Fresh processes per case. */
  readonly rounds: number;
  /** Length of the run that the `attempts` group makes. */
  readonly attempts: number;
}

const GROUPS: Readonly<Record<string, (options: BenchOptions) => Promise<void>>> = {
  simulation: benchSimulation,
  'start-up': benchStartUp,
  attempts: benchAttempts,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' }, attempts: { type: 'string', default: '300' } },
});
const options = { rounds: Number(values.rounds), attempts: Number(values.attempts) };
const load = loadavg().map((value) => value.toFixed(2));
console.log(`Node ${process.version}, load average ${load.join(' ')}, ${options.rounds} rounds\n`);
for (const name of positionals.length > 0 ? positionals : Object.keys(GROUPS)) {
  const group = GROUPS[name];
  if (group === undefined) throw new Error(`no group ${name}; there is: ${Object.keys(GROUPS).join(', ')}`);
  console.log(`## ${name}`);
  await group(options);
  console.log('');
}
