const GAMMA = 1.001 / 0.999;
const LOG_GAMMA = Math.log(GAMMA);
/** Logarithms are this exact at least: closer to a bucket's edge than this, the logarithm itself decides. */
const EDGE_MARGIN = 1e-9;
/** From a nanosecond (as ms) to eleven days: gaps and rates beyond are rare. */
const FIRST_BUCKET = -6912;
const BUCKETS = 17280;

/** Upper edges of the buckets, worked out when first needed. */
const upperEdges = new Float64Array(BUCKETS + 1);

function upperEdge(bucket: number): number {
  const index = bucket - FIRST_BUCKET + 1;
  if (index < 0 || index > BUCKETS) return Math.exp(bucket * LOG_GAMMA);
  if (upperEdges[index] === 0) upperEdges[index] = Math.exp(bucket * LOG_GAMMA);
  return upperEdges[index]!;
}

/**
 * Count, mean, minimum, maximum and standard deviation of a stream, exactly, and its percentiles to 0.1 % from
 * logarithmic buckets, as DynoSim reports them. Values must be ≥ 0.
 */
export class LogSketch {
  /** Values per bucket, from FIRST_BUCKET on; what lies outside that range is counted in `outliers`. */
  readonly #buckets = new Float64Array(BUCKETS);
  readonly #outliers = new Map<number, number>();
  /** No value is in a bucket before the first index or after the last. */
  #firstIndex = BUCKETS;
  #lastIndex = -1;
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

  /** Adds values[0..length), `count` times each. Quick where neighbours fall into one bucket. */
  addEach(values: Float64Array, length: number, count: number): void {
    let index = 0;
    while (index < length) {
      this.add(values[index]!, count);
      index = this.#addNeighbours(values, index + 1, length, count);
    }
  }

  /** Adds values from an index on for as long as they fall into the last one's bucket; returns where they no longer do. */
  #addNeighbours(values: Float64Array, from: number, length: number, count: number): number {
    const low = this.#bucketFrom;
    const high = this.#bucketTo;
    const origin = this.#bucketOrigin;
    let least = this.#min;
    let most = this.#max;
    let sum = 0;
    let squares = 0;
    let index = from;
    for (; index < length; index++) {
      const value = values[index]!;
      if (!(value > low && value < high)) break;
      if (value < least) least = value;
      if (value > most) most = value;
      const offset = value - origin;
      sum += offset;
      squares += offset * offset;
    }
    this.#min = least;
    this.#max = most;
    this.#bucketCount += (index - from) * count;
    this.#bucketSum += sum * count;
    this.#bucketSquares += squares * count;
    return index;
  }

  /** Whether values that agree with this one to within `blur`, relatively, all fall into one bucket and are no extremes. */
  isClear(value: number, blur: number): boolean {
    if (!(value > this.#bucketFrom && value < this.#bucketTo)) this.#enterBucketOf(value);
    const low = value * (1 - blur);
    const high = value * (1 + blur);
    return low > this.#bucketFrom && high < this.#bucketTo && low > this.#min && high < this.#max;
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
    for (const [bucket, count] of this.#countsInOrder()) {
      seen += count;
      if (seen > rank) return (2 * Math.exp(bucket * LOG_GAMMA)) / (GAMMA + 1);
    }
    return this.#max;
  }

  *#countsInOrder(): Iterable<readonly [bucket: number, count: number]> {
    const outliers = [...this.#outliers].sort(([a], [b]) => a - b);
    for (const outlier of outliers) if (outlier[0] < FIRST_BUCKET) yield outlier;
    for (let index = this.#firstIndex; index <= this.#lastIndex; index++) {
      if (this.#buckets[index]! > 0) yield [index + FIRST_BUCKET, this.#buckets[index]!];
    }
    for (const outlier of outliers) if (outlier[0] >= FIRST_BUCKET) yield outlier;
  }

  #countIn(bucket: number, count: number): void {
    const index = bucket - FIRST_BUCKET;
    if (index < 0 || index >= BUCKETS) {
      this.#outliers.set(bucket, (this.#outliers.get(bucket) ?? 0) + count);
      return;
    }
    this.#buckets[index]! += count;
    if (index < this.#firstIndex) this.#firstIndex = index;
    if (index > this.#lastIndex) this.#lastIndex = index;
  }

  /** Takes in all values of another stream. */
  merge(other: LogSketch): void {
    this.#leaveBucket();
    other.#leaveBucket();
    for (const [bucket, count] of other.#countsInOrder()) this.#countIn(bucket, count);
    if (other.#count === 0) return;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
    this.#mergeMoments(other.#count, other.#mean, other.#squaredDeviations);
  }

  #enterBucketOf(value: number): void {
    this.#leaveBucket();
    this.#bucket = Math.ceil(Math.log(value) / LOG_GAMMA);
    this.#bucketFrom = upperEdge(this.#bucket - 1) * (1 + EDGE_MARGIN);
    this.#bucketTo = upperEdge(this.#bucket) * (1 - EDGE_MARGIN);
    this.#bucketOrigin = value;
  }

  #leaveBucket(): void {
    const added = this.#bucketCount;
    if (added === 0) return;
    this.#countIn(this.#bucket, added);
    const offsetMean = this.#bucketSum / added;
    this.#mergeMoments(
      added,
      this.#bucketOrigin + offsetMean,
      this.#bucketSquares - offsetMean * this.#bucketSum,
    );
    this.#bucketCount = 0;
    this.#bucketSum = 0;
    this.#bucketSquares = 0;
  }

  /** Adds `count` values of known mean and squared deviations (Chan, Golub and LeVeque's update). */
  #mergeMoments(count: number, mean: number, squaredDeviations: number): void {
    const before = this.#count;
    const deviation = mean - this.#mean;
    this.#count = before + count;
    this.#mean += (deviation * count) / this.#count;
    this.#squaredDeviations += squaredDeviations + deviation * deviation * count * (before / this.#count);
  }
}
