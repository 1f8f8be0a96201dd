/** A family of values as a report shows it. */
export interface Distribution {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly median: number;
  readonly p75: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  /** Population standard deviation. */
  readonly std: number;
}

/** What a distribution is read from: moments, and a percentile by its number (0 to 100). */
interface Summarised {
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly std: number;
  percentile(percent: number): number;
}

const NOTHING: Distribution = { mean: 0, min: 0, max: 0, median: 0, p75: 0, p90: 0, p95: 0, p99: 0, std: 0 };

/** All zero where there are no values. */
export function distributionOf(values: Summarised): Distribution {
  if (values.count === 0) return NOTHING;
  const { mean, min, max, std } = values;
  return {
    mean,
    min,
    max,
    median: values.percentile(50),
    p75: values.percentile(75),
    p90: values.percentile(90),
    p95: values.percentile(95),
    p99: values.percentile(99),
    std,
  };
}

/** Percentile p is sorted[round((n − 1) · p / 100)], halves up. */
export function exactDistribution(values: Float64Array): Distribution {
  const sorted = values.toSorted();
  const mean = meanOf(values);
  return distributionOf({
    count: values.length,
    mean,
    min: sorted[0] ?? 0,
    max: sorted.at(-1) ?? 0,
    std: deviationOf(values, mean),
    percentile: (percent) => sorted[Math.floor(((sorted.length - 1) * percent) / 100 + 0.5)] ?? 0,
  });
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index] ?? 0;
  return sum / values.length;
}

function deviationOf(values: Float64Array, mean: number): number {
  let squares = 0;
  for (let index = 0; index < values.length; index++) {
    const deviation = (values[index] ?? 0) - mean;
    squares += deviation * deviation;
  }
  return Math.sqrt(squares / values.length);
}
