const GAMMA = 1.001 / 0.999;
const LOG_GAMMA = Math.log(GAMMA);
/** Logarithms are this exact at least: closer to a bucket's edge than this, the logarithm itself decides. */
const EDGE_MARGIN = 1e-9;
/** From a nanosecond (as ms) to eleven days: gaps and rates beyond are rare. */
const FIRST_BUCKET = -6912;
const BUCKETS = 17280;

/** Two or three buckets have the same nine leading digits. */
const SLOTS = 512;
/** Fields of a slot: strict bounds of its bucket, which one it is, and count and moments about an origin. */
const SLOT_FIELDS = 8;
const LOW = 0;
const HIGH = 1;
const BUCKET = 2;
const ORIGIN = 3;
const COUNT = 4;
const SUM = 5;
const SQUARES = 6;

/** The nine binary digits after the first one, in thousandths and below two million; anything < SLOTS elsewhere. */
function leadingDigits(value: number): number {
  const thousandths = (value * 1024) | 0;
  const digits = 31 - Math.clz32(thousandths);
  return (digits > 9 ? thousandths >> (digits - 9) : thousandths) & (SLOTS - 1);
}

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
   * Buckets seen lately, in slots by their leading digits. A value strictly inside the bounds of its slot's bucket falls
   * into it: most do, and need neither a logarithm nor a division. A bucket's moments are kept about its first value and
   * merged when another bucket takes its slot.
   */
  readonly #slots = new Float64Array(SLOTS * SLOT_FIELDS);

  /** Adds `count` equal values. */
  add(value: number, count = 1): void {
    const slots = this.#slots;
    const slot = this.#slotOf(value);
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    const offset = value - slots[slot + ORIGIN]!;
    slots[slot + COUNT]! += count;
    slots[slot + SUM]! += offset * count;
    slots[slot + SQUARES]! += offset * offset * count;
  }

  /** Adds values[0..length) between `least` and `most`, `count` times each. Quick where neighbours fall into one bucket. */
  addEach(values: Float64Array, length: number, count: number, least: number, most: number): void {
    if (least < this.#min) this.#min = least;
    if (most > this.#max) this.#max = most;
    let index = 0;
    while (index < length) index = this.#addNeighbours(values, index, length, count);
  }

  /** Adds values from an index on for as long as they fall into the same bucket; returns where they no longer do. */
  #addNeighbours(values: Float64Array, from: number, length: number, count: number): number {
    const slots = this.#slots;
    const slot = this.#slotOf(values[from]!);
    const low = slots[slot + LOW]!;
    const high = slots[slot + HIGH]!;
    const origin = slots[slot + ORIGIN]!;
    let sum = 0;
    let squares = 0;
    let index = from;
    // The first one is in the bucket even when it lies on its edge.
    do {
      const value = values[index]!;
      const offset = value - origin;
      sum += offset;
      squares += offset * offset;
      index += 1;
    } while (index < length && values[index]! > low && values[index]! < high);
    slots[slot + COUNT]! += (index - from) * count;
    slots[slot + SUM]! += sum * count;
    slots[slot + SQUARES]! += squares * count;
    return index;
  }

  /** As add(), unless values that agree with this one to within `blur` may fall elsewhere or be extremes. */
  addIfClear(value: number, blur: number, count: number): boolean {
    const slots = this.#slots;
    const slot = this.#slotOf(value);
    const least = value - blur;
    const most = value + blur;
    if (!(least > slots[slot + LOW]! && most < slots[slot + HIGH]! && least > this.#min && most < this.#max))
      return false;
    const offset = value - slots[slot + ORIGIN]!;
    slots[slot + COUNT]! += count;
    slots[slot + SUM]! += offset * count;
    slots[slot + SQUARES]! += offset * offset * count;
    return true;
  }

  get count(): number {
    this.#emptySlots();
    return this.#count;
  }

  get min(): number {
    return this.#min;
  }

  get max(): number {
    return this.#max;
  }

  get mean(): number {
    this.#emptySlots();
    return this.#mean;
  }

  /** Population standard deviation. */
  get std(): number {
    this.#emptySlots();
    return this.#count === 0 ? 0 : Math.sqrt(this.#squaredDeviations / this.#count);
  }

  /** Middle of the bucket that contains rank round((count − 1)·percent/100); the value itself when there is only one. */
  percentile(percent: number): number {
    this.#emptySlots();
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

  /** Where the slot begins that holds the value's bucket. */
  #slotOf(value: number): number {
    const slots = this.#slots;
    const slot = leadingDigits(value) * SLOT_FIELDS;
    if (!(value > slots[slot + LOW]! && value < slots[slot + HIGH]!)) this.#enterBucketOf(value, slot);
    return slot;
  }

  #enterBucketOf(value: number, slot: number): void {
    const slots = this.#slots;
    this.#empty(slot);
    const bucket = Math.ceil(Math.log(value) / LOG_GAMMA);
    slots[slot + LOW] = upperEdge(bucket - 1) * (1 + EDGE_MARGIN);
    slots[slot + HIGH] = upperEdge(bucket) * (1 - EDGE_MARGIN);
    slots[slot + BUCKET] = bucket;
    slots[slot + ORIGIN] = value;
  }

  #emptySlots(): void {
    for (let slot = 0; slot < this.#slots.length; slot += SLOT_FIELDS) this.#empty(slot);
  }

  #empty(slot: number): void {
    const slots = this.#slots;
    const added = slots[slot + COUNT]!;
    if (added === 0) return;
    const sum = slots[slot + SUM]!;
    const offsetMean = sum / added;
    this.#countIn(slots[slot + BUCKET]!, added);
    this.#mergeMoments(added, slots[slot + ORIGIN]! + offsetMean, slots[slot + SQUARES]! - offsetMean * sum);
    slots[slot + COUNT] = 0;
    slots[slot + SUM] = 0;
    slots[slot + SQUARES] = 0;
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
