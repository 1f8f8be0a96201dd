const GAMMA = 1.001 / 0.999;
const LOG_GAMMA = Math.log(GAMMA);
/** Logarithms are this exact at least: closer to a bucket's edge than this, the logarithm itself decides. */
const EDGE_MARGIN = 1e-9;

/**
 * Count, mean, minimum, maximum and standard deviation of a stream, exactly, and its percentiles to 0.1 % from
 * logarithmic buckets, as DynoSim reports them. Values must be ≥ 0.
 */
export class LogSketch {
  count = 0;
  min = Number.POSITIVE_INFINITY;
  max = 0;
  mean = 0;
  #squaredDeviations = 0;
  readonly #buckets = new Map<number, number>();
  /** Values strictly inside these bounds fall into the last bucket: most do, and need no logarithm. */
  #bucket = Number.NaN;
  #bucketFrom = 0;
  #bucketTo = 0;
  #bucketCount = 0;

  /** Adds `count` equal values. */
  add(value: number, count = 1): void {
    const before = this.count;
    this.count += count;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    const deviation = value - this.mean;
    this.mean += (deviation * count) / this.count;
    this.#squaredDeviations += deviation * deviation * count * (before / this.count);
    if (!(value > this.#bucketFrom && value < this.#bucketTo)) this.#enterBucketOf(value);
    this.#bucketCount += count;
  }

  /** Population standard deviation. */
  get std(): number {
    return this.count === 0 ? 0 : Math.sqrt(this.#squaredDeviations / this.count);
  }

  /** Middle of the bucket that contains rank round((count − 1)·percent/100); the value itself when there is only one. */
  percentile(percent: number): number {
    if (this.count === 0) return 0;
    if (this.count === 1) return this.max;
    this.#leaveBucket();
    const rank = Math.floor(((this.count - 1) * percent) / 100 + 0.5);
    let seen = 0;
    for (const bucket of [...this.#buckets.keys()].sort((a, b) => a - b)) {
      seen += this.#buckets.get(bucket)!;
      if (seen > rank) return (2 * Math.exp(bucket * LOG_GAMMA)) / (GAMMA + 1);
    }
    return this.max;
  }

  #enterBucketOf(value: number): void {
    this.#leaveBucket();
    this.#bucket = Math.ceil(Math.log(value) / LOG_GAMMA);
    this.#bucketFrom = Math.exp((this.#bucket - 1) * LOG_GAMMA) * (1 + EDGE_MARGIN);
    this.#bucketTo = Math.exp(this.#bucket * LOG_GAMMA) * (1 - EDGE_MARGIN);
  }

  #leaveBucket(): void {
    if (this.#bucketCount === 0) return;
    this.#buckets.set(this.#bucket, (this.#buckets.get(this.#bucket) ?? 0) + this.#bucketCount);
    this.#bucketCount = 0;
  }
}
