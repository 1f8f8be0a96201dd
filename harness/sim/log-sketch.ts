const GAMMA = 1.001 / 0.999;
const LOG_GAMMA = Math.log(GAMMA);
/** Logarithms are this exact at least: closer to a bucket's edge than this, the logarithm itself decides. */
const EDGE_MARGIN = 1e-9;

/**
 * Count, mean, minimum, maximum and standard deviation of a stream, exactly, and its percentiles to 0.1 % from
 * logarithmic buckets, as DynoSim reports them. Values must be ≥ 0.
 */
export class LogSketch {
  readonly #buckets = new Map<number, number>();
  #count = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;
  #mean = 0;
  #squaredDeviations = 0;

  /**
   * The bucket of the last value. Values strictly inside its bounds fall into it: most do, and need neither a logarithm
   * nor a division. Its moments are kept about its first value and merged when another bucket's turn comes.
   */
  #bucket = 0;
  #bucketFrom = 0;
  #bucketTo = 0;
  #bucketCount = 0;
  #bucketOrigin = 0;
  #bucketSum = 0;
  #bucketSquares = 0;

  /** Adds `count` equal values. */
  add(value: number, count = 1): void {
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    if (!(value > this.#bucketFrom && value < this.#bucketTo)) this.#enterBucketOf(value);
    const offset = value - this.#bucketOrigin;
    this.#bucketCount += count;
    this.#bucketSum += offset * count;
    this.#bucketSquares += offset * offset * count;
  }

  get count(): number {
    return this.#count + this.#bucketCount;
  }

  get min(): number {
    return this.#min;
  }

  get max(): number {
    return this.#max;
  }

  get mean(): number {
    this.#leaveBucket();
    return this.#mean;
  }

  /** Population standard deviation. */
  get std(): number {
    this.#leaveBucket();
    return this.#count === 0 ? 0 : Math.sqrt(this.#squaredDeviations / this.#count);
  }

  /** Middle of the bucket that contains rank round((count − 1)·percent/100); the value itself when there is only one. */
  percentile(percent: number): number {
    this.#leaveBucket();
    if (this.#count === 0) return 0;
    if (this.#count === 1) return this.#max;
    const rank = Math.floor(((this.#count - 1) * percent) / 100 + 0.5);
    let seen = 0;
    for (const bucket of [...this.#buckets.keys()].sort((a, b) => a - b)) {
      seen += this.#buckets.get(bucket)!;
      if (seen > rank) return (2 * Math.exp(bucket * LOG_GAMMA)) / (GAMMA + 1);
    }
    return this.#max;
  }

  #enterBucketOf(value: number): void {
    this.#leaveBucket();
    this.#bucket = Math.ceil(Math.log(value) / LOG_GAMMA);
    this.#bucketFrom = Math.exp((this.#bucket - 1) * LOG_GAMMA) * (1 + EDGE_MARGIN);
    this.#bucketTo = Math.exp(this.#bucket * LOG_GAMMA) * (1 - EDGE_MARGIN);
    this.#bucketOrigin = value;
  }

  /** Merges the bucket's moments into those of all values (Chan, Golub and LeVeque's update). */
  #leaveBucket(): void {
    const added = this.#bucketCount;
    if (added === 0) return;
    this.#buckets.set(this.#bucket, (this.#buckets.get(this.#bucket) ?? 0) + added);
    const before = this.#count;
    const offsetMean = this.#bucketSum / added;
    const deviation = this.#bucketOrigin + offsetMean - this.#mean;
    this.#count = before + added;
    this.#mean += (deviation * added) / this.#count;
    this.#squaredDeviations +=
      this.#bucketSquares -
      offsetMean * this.#bucketSum +
      deviation * deviation * added * (before / this.#count);
    this.#bucketCount = 0;
    this.#bucketSum = 0;
    this.#bucketSquares = 0;
  }
}
