import { type SpeedupRatios, scaledPartMs, speedupDivisors } from './pass-part.ts';
import type { PassTiming } from './pass-timing.ts';

/** ms over one count; straight lines between the knots, the last one goes on beyond them. */
export interface TimingLine {
  /** Ascending, > 0. */
  readonly at: readonly number[];
  readonly ms: readonly number[];
}

/** ms over context length and batch; one row per context, one column per batch. */
export interface TimingSurface {
  /** Tokens per request, ascending, > 0. */
  readonly contexts: readonly number[];
  /** Requests, ascending, > 0. */
  readonly batches: readonly number[];
  readonly ms: readonly (readonly number[])[];
}

/** Pass times of a modeled engine as sums of separable parts: plain data, so that it can cross into a realm. */
export interface TimingTables {
  readonly prefill: {
    /** By all new tokens of the pass. */
    readonly newTokens: TimingLine;
    /** By prompts. */
    readonly prompts: TimingLine;
    /** Per pass with prompts. */
    readonly constantMs: number;
    /** Attention over whole prompts: its root is linear in the context, it is linear in the batch. */
    readonly attention: TimingSurface;
  };
  readonly decode: {
    /** By requests that emit a token. */
    readonly requests: TimingLine;
    /** Attention, bilinear; contexts count the token that is being made. */
    readonly attention: TimingSurface;
  };
}

/**
 * Timing from tables. A batch is priced by its floored means; both parts of a pass are priced apart, each rounded to
 * whole nanoseconds.
 */
export function tableTiming(tables: TimingTables, ratios?: SpeedupRatios): PassTiming {
  return new TableTiming(tables, ratios);
}

class TableTiming implements PassTiming {
  readonly decodeFollowsContext = true;
  readonly #newTokens: Line;
  readonly #prompts: Line;
  readonly #constantMs: number;
  readonly #prefillAttention: Surface;
  readonly #requests: Line;
  readonly #decodeAttention: Surface;
  readonly #prefillDivisor: number;
  readonly #decodeDivisor: number;

  constructor({ prefill, decode }: TimingTables, ratios: SpeedupRatios | undefined) {
    const divisors = speedupDivisors(ratios);
    this.#prefillDivisor = divisors.prefill;
    this.#decodeDivisor = divisors.decode;
    this.#newTokens = new Line(prefill.newTokens);
    this.#prompts = new Line(prefill.prompts);
    this.#constantMs = prefill.constantMs;
    this.#prefillAttention = new Surface(prefill.attention, Math.sqrt);
    this.#requests = new Line(decode.requests);
    this.#decodeAttention = new Surface(decode.attention, (ms) => ms);
  }

  prefillMs(requests: number, sumIsl: number, sumPrefix: number): number {
    const length = Math.floor(sumIsl / requests);
    const prefix = Math.floor(sumPrefix / requests);
    const newTokens = length - prefix;
    if (!(newTokens > 0)) return 0;
    const uncachedShare = (length * length - prefix * prefix) / (length * length);
    const ms =
      this.#newTokens.at(requests * newTokens) +
      this.#prompts.at(requests) +
      this.#constantMs +
      this.#prefillAttention.squaredAt(length, requests) * uncachedShare;
    return scaledPartMs(ms, this.#prefillDivisor);
  }

  decodeMs(ready: number, sumContext: number): number {
    const attended = Math.floor(sumContext / ready) + 1;
    const ms = this.#requests.at(ready) + this.#decodeAttention.at(attended, ready);
    return scaledPartMs(ms, this.#decodeDivisor);
  }
}

/** Where a value lies among ascending knots. */
class Knots {
  readonly at: Float64Array;
  readonly last: number;
  /** By count of bits: the last knot that no integer of so many bits is below. */
  readonly #ofBits = new Int32Array(33);

  constructor(at: readonly number[]) {
    this.at = Float64Array.from(at);
    this.last = at.length - 1;
    let smallest = 1;
    for (let bits = 1; bits <= 32; bits++) {
      this.#ofBits[bits] = this.#scan(0, smallest);
      smallest *= 2;
    }
  }

  /** The last knot ≤ `value`, or the first of all. */
  below(value: number): number {
    return this.#scan(this.#ofBits[32 - Math.clz32(value)]!, value);
  }

  #scan(from: number, value: number): number {
    let knot = from;
    while (knot < this.last && this.at[knot + 1]! <= value) knot++;
    return knot;
  }
}

class Line {
  readonly #knots: Knots;
  readonly #values: Float64Array;
  readonly #slopes: Float64Array;

  constructor({ at, ms }: TimingLine) {
    this.#knots = new Knots(at);
    this.#values = Float64Array.from(ms);
    this.#slopes = slopesOf(this.#knots.at, this.#values);
  }

  at(count: number): number {
    const knot = this.#knots.below(count);
    const ms = this.#values[knot]! + this.#slopes[knot]! * (count - this.#knots.at[knot]!);
    return Math.max(ms, 0);
  }
}

/** Straight lines along the contexts, one per batch, in row-major order of contexts. */
class Surface {
  readonly #contexts: Knots;
  readonly #batches: Knots;
  readonly #values: Float64Array;
  readonly #slopes: Float64Array;

  constructor({ contexts, batches, ms }: TimingSurface, straighten: (ms: number) => number) {
    this.#contexts = new Knots(contexts);
    this.#batches = new Knots(batches);
    this.#values = new Float64Array(contexts.length * batches.length);
    this.#slopes = new Float64Array(contexts.length * batches.length);
    batches.forEach((_, column) => {
      const values = Float64Array.from(ms, (row) => straighten(row[column]!));
      const slopes = slopesOf(this.#contexts.at, values);
      contexts.forEach((_context, row) => {
        this.#values[row * batches.length + column] = values[row]!;
        this.#slopes[row * batches.length + column] = slopes[row]!;
      });
    });
  }

  /** Linear in the batch, the last segment goes on. */
  at(context: number, batch: number): number {
    const { at, last } = this.#batches;
    const row = this.#contexts.below(context);
    const column = Math.min(this.#batches.below(batch), last > 0 ? last - 1 : 0);
    const left = this.#along(row, column, context);
    if (last === 0) return Math.max(left, 0);
    const right = this.#along(row, column + 1, context);
    const ms = left + ((right - left) * (batch - at[column]!)) / (at[column + 1]! - at[column]!);
    return Math.max(ms, 0);
  }

  /** The lines are roots: squares, linear in the batch, in proportion to it beyond the last. */
  squaredAt(context: number, batch: number): number {
    const { at, last } = this.#batches;
    const row = this.#contexts.below(context);
    const column = this.#batches.below(batch);
    const left = this.#square(row, column, context);
    if (column === last) return (left * batch) / at[last]!;
    const right = this.#square(row, column + 1, context);
    return left + ((right - left) * (batch - at[column]!)) / (at[column + 1]! - at[column]!);
  }

  #along(row: number, column: number, context: number): number {
    const cell = row * (this.#batches.last + 1) + column;
    return this.#values[cell]! + this.#slopes[cell]! * (context - this.#contexts.at[row]!);
  }

  #square(row: number, column: number, context: number): number {
    const root = this.#along(row, column, context);
    return root > 0 ? root * root : 0;
  }
}

/** Slope of the segment that begins at each knot; at the last knot that of the segment before it. */
function slopesOf(at: Float64Array, values: Float64Array): Float64Array {
  const last = at.length - 1;
  const slopes = new Float64Array(at.length);
  for (let knot = 0; knot < last; knot++) {
    slopes[knot] = (values[knot + 1]! - values[knot]!) / (at[knot + 1]! - at[knot]!);
  }
  if (last > 0) slopes[last] = slopes[last - 1]!;
  return slopes;
}
