import path from 'node:path';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Fresh processes per case. */
  readonly rounds: number;
  /** Length of the run that the `attempts` group makes. */
  readonly attempts: number;
  /** Evaluations of hostile policies that the `sandbox` group makes. */
  readonly hostile: number;
  /** Where recorded traces lie, if they do. */
  readonly tracesFolder: string;
  /** An interpreter that has the real DynoSim; undefined = leave it out. */
  readonly python: string | undefined;
  /** Whether the reference engine runs beside the fast one. */
  readonly withReference: boolean;
  /** Names of the simulations to run; undefined = all. */
  readonly workloads: readonly string[] | undefined;
  /** Only hold the committed ratios, or set them. */
  readonly check: boolean;
  readonly record: boolean;
  readonly groups: readonly string[];
}

export function parseBenchOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      attempts: { type: 'string', default: '300' },
      hostile: { type: 'string', default: '1000' },
      traces: { type: 'string', default: path.resolve(import.meta.dirname, '../../../shared/traces') },
      python: { type: 'string' },
      'no-reference': { type: 'boolean', default: false },
      workload: { type: 'string', multiple: true },
      check: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
    },
  });
  return {
    rounds: Number(values.rounds),
    attempts: Number(values.attempts),
    hostile: Number(values.hostile),
    tracesFolder: values.traces,
    python: values.python ?? process.env['AUTORESEARCH_DYNOSIM'],
    withReference: !values['no-reference'],
    workloads: values.workload,
    check: values.check,
    record: values.record,
    groups: positionals,
  };
}
