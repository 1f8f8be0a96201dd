import type { TimingSource } from '../../harness/index.ts';

/** How an engine serves a closed loop of clients. */
export interface Serving {
  /** Output tokens per second and GPU. */
  readonly tpsPerGpu: number;
  /** Mean of the rates between tokens, 1/s. */
  readonly tpsPerUser: number;
  readonly tpotMs: number;
  readonly ttftMs: number;
}

export interface FigurePoint {
  readonly concurrency: number;
  readonly hardware: Serving;
  readonly dynosim: Serving;
  readonly here: Serving;
}

/** Mean of |simulated / measured − 1|. */
export type MeanErrors<Field extends string> = { readonly [Name in Field]: number };

/** Replays of measured points with one engine. */
export interface SiliconErrors extends TimingSource {
  readonly points: number;
  readonly errors: MeanErrors<'ttftMs' | 'tpotMs'>;
  /** Median of |simulated / measured − 1|. */
  readonly medianErrors: MeanErrors<'ttftMs' | 'tpotMs'>;
}

/** What `validate --json` prints. */
export interface ValidationReport {
  readonly engine: TimingSource;
  readonly points: readonly FigurePoint[];
  /** Against the hardware, without the points that were measured cold. */
  readonly mape: { readonly here: MeanErrors<keyof Serving>; readonly dynosim: MeanErrors<keyof Serving> };
  readonly silicon?: readonly SiliconErrors[];
}

export function createValidationReport(
  engine: TimingSource,
  points: readonly FigurePoint[],
  warmConcurrency: number,
): ValidationReport {
  const warm = points.filter(({ concurrency }) => concurrency >= warmConcurrency);
  const errors = (side: 'here' | 'dynosim') => ({
    tpsPerGpu: meanError(warm.map((each) => [each[side].tpsPerGpu, each.hardware.tpsPerGpu])),
    tpsPerUser: meanError(warm.map((each) => [each[side].tpsPerUser, each.hardware.tpsPerUser])),
    tpotMs: meanError(warm.map((each) => [each[side].tpotMs, each.hardware.tpotMs])),
    ttftMs: meanError(warm.map((each) => [each[side].ttftMs, each.hardware.ttftMs])),
  });
  return {
    engine: { name: engine.name, hash: engine.hash },
    points,
    mape: { here: errors('here'), dynosim: errors('dynosim') },
  };
}

type Pair = readonly [simulated: number, measured: number];

export function meanError(pairs: readonly Pair[]): number {
  return errorsOf(pairs).reduce((sum, error) => sum + error, 0) / pairs.length;
}

export function medianError(pairs: readonly Pair[]): number {
  const errors = errorsOf(pairs).sort((a, b) => a - b);
  const middle = (errors.length - 1) / 2;
  return ((errors[Math.floor(middle)] ?? 0) + (errors[Math.ceil(middle)] ?? 0)) / 2;
}

function errorsOf(pairs: readonly Pair[]): number[] {
  return pairs.map(([simulated, measured]) => Math.abs(simulated / measured - 1));
}
