const GAMMA = 1.001 / 0.999;
const LOG_GAMMA = Math.log(GAMMA);

/**
 * Count, mean, minimum, maximum and standard deviation of a stream, exactly, and its percentiles to 0.1 % from
 * logarithmic buckets, as DynoSim reports them. Values must be > 0.
 */
export class LogSketch {
  count = 0;
  min = Number.POSITIVE_INFINITY;
  max = 0;
  mean = 0;
  #squaredDeviations = 0;
  readonly #buckets = new Map<number, number>();
  #lastValue = Number.NaN;
  #lastBucket = 0;

  add(value: number): void {
    this.count += 1;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    const deviation = value - this.mean;
    this.mean += deviation / this.count;
    this.#squaredDeviations += deviation * (value - this.mean);
    if (value !== this.#lastValue) {
      this.#lastValue = value;
      this.#lastBucket = Math.ceil(Math.log(value) / LOG_GAMMA);
    }
    this.#buckets.set(this.#lastBucket, (this.#buckets.get(this.#lastBucket) ?? 0) + 1);
  }

  /** Population standard deviation. */
  get std(): number {
    return this.count === 0 ? 0 : Math.sqrt(this.#squaredDeviations / this.count);
  }

  /** Middle of the bucket that contains rank round((count − 1)·percent/100); the value itself when there is only one. */
  percentile(percent: number): number {
    if (this.count === 0) return 0;
    if (this.count === 1) return this.max;
    const rank = Math.floor(((this.count - 1) * percent) / 100 + 0.5);
    let seen = 0;
    for (const bucket of [...this.#buckets.keys()].sort((a, b) => a - b)) {
      seen += this.#buckets.get(bucket)!;
      if (seen > rank) return (2 * Math.exp(bucket * LOG_GAMMA)) / (GAMMA + 1);
    }
    return this.max;
  }
}
