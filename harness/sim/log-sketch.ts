/** Upper edges of neighbouring buckets differ by this factor. */
export const GAMMA = 1.001 / 0.999;
const LOG_GAMMA = Math.log(GAMMA);
/** From a nanosecond (as ms) to eleven days: gaps and rates beyond are rare. */
const FIRST_BUCKET = -6912;
const BUCKETS = 17280;

/** Upper edges of the buckets, worked out when first needed. */
const UPPER_EDGES = new Float64Array(BUCKETS + 1);

export function bucketOf(value: number): number {
  return Math.ceil(Math.log(value) / LOG_GAMMA);
}

export function upperEdge(bucket: number): number {
  const index = bucket - FIRST_BUCKET + 1;
  if (index < 0 || index > BUCKETS) return Math.exp(bucket * LOG_GAMMA);
  if (UPPER_EDGES[index] === 0) UPPER_EDGES[index] = Math.exp(bucket * LOG_GAMMA);
  return UPPER_EDGES[index]!;
}

/**
 * Count, mean, minimum, maximum and standard deviation of a stream, exactly, and its percentiles to 0.1 % from
 * logarithmic buckets, as DynoSim reports them. Values must be ≥ 0.
 */
export class LogSketch {
  /** Values per bucket, from FIRST_BUCKET on; what lies outside that range is counted in `outliers`. */
  readonly #buckets = new Float64Array(BUCKETS);
  readonly #outliers = new Map<number, number>();
  #count = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;
  #mean = 0;
  #squaredDeviations = 0;

  /** Adds `count` equal values. */
  add(value: number, count: number): void {
    this.extend(value, value);
    this.countIn(bucketOf(value), count);
    this.addMoments(count, value, 0);
  }

  /** Counts values into a bucket: one part of adding them, extend() and addMoments() are the others. */
  countIn(bucket: number, count: number): void {
    const index = bucket - FIRST_BUCKET;
    if (index < 0 || index >= BUCKETS) {
      this.#outliers.set(bucket, (this.#outliers.get(bucket) ?? 0) + count);
      return;
    }
    this.#buckets[index]! += count;
  }

  /** Adds `count` > 0 values to mean and deviation. */
  addMoments(count: number, mean: number, squaredDeviations: number): void {
    const before = this.#count;
    const deviation = mean - this.#mean;
    // Chan, Golub and LeVeque's update.
    this.#count = before + count;
    this.#mean += (deviation * count) / this.#count;
    this.#squaredDeviations += squaredDeviations + deviation * deviation * count * (before / this.#count);
  }

  /** The values reach from `least` to `most`, or further. */
  extend(least: number, most: number): void {
    if (least < this.#min) this.#min = least;
    if (most > this.#max) this.#max = most;
  }

  get count(): number {
    return this.#count;
  }

  get min(): number {
    return this.#min;
  }

  get max(): number {
    return this.#max;
  }

  get mean(): number {
    return this.#mean;
  }

  /** Population standard deviation. */
  get std(): number {
    return this.#count === 0 ? 0 : Math.sqrt(this.#squaredDeviations / this.#count);
  }

  /** Middle of the bucket that contains rank round((count − 1)·percent/100); the value itself when there is only one. */
  percentile(percent: number): number {
    if (this.#count === 0) return 0;
    if (this.#count === 1) return this.#max;
    const rank = Math.floor(((this.#count - 1) * percent) / 100 + 0.5);
    let seen = 0;
    for (const [bucket, count] of this.#countsInOrder()) {
      seen += count;
      if (seen > rank) return (2 * Math.exp(bucket * LOG_GAMMA)) / (GAMMA + 1);
    }
    return this.#max;
  }

  *#countsInOrder(): Iterable<readonly [bucket: number, count: number]> {
    const outliers = [...this.#outliers].sort(([a], [b]) => a - b);
    for (const outlier of outliers) if (outlier[0] < FIRST_BUCKET) yield outlier;
    for (let index = 0; index < BUCKETS; index++) {
      if (this.#buckets[index]! > 0) yield [index + FIRST_BUCKET, this.#buckets[index]!];
    }
    for (const outlier of outliers) if (outlier[0] >= FIRST_BUCKET) yield outlier;
  }
}
