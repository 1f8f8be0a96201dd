import { textTable } from '../text/text-table.ts';
import { timingText } from './timing-text.ts';
import type { Serving, SiliconErrors, ValidationReport } from './validation-report.ts';

const METRICS: readonly (readonly [field: keyof Serving, title: string, digits: number])[] = [
  ['tpsPerGpu', 'TPS/GPU', 1],
  ['tpsPerUser', 'TPS/user', 1],
  ['tpotMs', 'TPOT ms', 2],
  ['ttftMs', 'TTFT ms', 1],
];

/** The validation as a person reads it: published columns beside the replay's. */
export function validationText({ engine, points, mape, silicon }: ValidationReport): string {
  const rows = points.map(({ concurrency, hardware, dynosim, here }) => [
    String(concurrency),
    ...METRICS.flatMap(([field, , digits]) =>
      [hardware, dynosim, here].map((serving) => serving[field].toFixed(digits)),
    ),
  ]);
  const errors = METRICS.flatMap(([field]) => ['', percent(mape.dynosim[field]), percent(mape.here[field])]);
  return [
    'MiniMax-M2.5 FP8 on 4 B200 (TP4), 1,024 tokens in and out, closed loop\n',
    `timed by ${timingText(engine)}\n\n`,
    textTable(
      [
        ['', ...METRICS.flatMap(([, title]) => ['', '', title])],
        ['clients', ...METRICS.flatMap(() => ['hardware', 'DynoSim', 'here'])],
        ...rows,
        ['MAPE 8–64', ...errors],
      ],
      { words: [0] },
    ),
    ...(silicon === undefined ? [] : ['\n', siliconText(silicon)]),
  ].join('');
}

function siliconText(silicon: readonly SiliconErrors[]): string {
  if (silicon.length === 0) return 'no measured point matches an engine\n';
  const table = textTable([
    ['measured points', 'points', 'TTFT mean', 'median', 'TPOT mean', 'median'],
    ...silicon.map(({ points, errors, medianErrors, ...source }) => [
      timingText(source),
      String(points),
      percent(errors.ttftMs),
      percent(medianErrors.ttftMs),
      percent(errors.tpotMs),
      percent(medianErrors.tpotMs),
    ]),
  ]);
  return `error against measurements of the same model, machine, precision and parallelism, whatever the version\n${table}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
