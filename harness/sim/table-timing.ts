import {
  msOfNanoseconds,
  nearestInteger,
  type SpeedupRatios,
  scaledPartMs,
  speedupDivisors,
} from './pass-part.ts';
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
  readonly #decode: DecodePart;
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
    this.#decode = new DecodePart(decode);
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
    const ms = this.#decode.ms(ready, Math.floor(sumContext / ready) + 1);
    return scaledPartMs(ms, this.#decodeDivisor);
  }

  decodeEnds(clockMs: Float64Array, from: number, to: number, ready: number, sumContext: number): number {
    // Every member's context grows by one token a pass, and so does the mean.
    const context = Math.floor(sumContext / ready) + 1;
    return this.#decode.ends(clockMs, from, to, ready, context, this.#decodeDivisor);
  }
}

/**
 * The decode part of a pass. It is asked once per pass, so all that depends on the batch alone is worked out before for
 * every batch of the table.
 */
class DecodePart {
  readonly #requests: Line;
  readonly #attention: Surface;
  readonly #contexts: Knots;
  readonly #values: Float64Array;
  readonly #slopes: Float64Array;
  readonly #columns: number;
  readonly #largestBatch: number;
  /** By batch: ms without attention, the column at or below it, and how far it is on the way to the next column. */
  readonly #withoutMs: Float64Array;
  readonly #column: Uint16Array;
  readonly #share: Float64Array;

  constructor({ requests, attention }: TimingTables['decode']) {
    const { batches } = attention;
    this.#requests = new Line(requests);
    this.#attention = new Surface(attention, (ms) => ms);
    this.#contexts = this.#attention.contexts;
    this.#values = this.#attention.values;
    this.#slopes = this.#attention.slopes;
    this.#columns = batches.length;
    this.#largestBatch = batches.length > 1 ? batches.at(-1)! : 0;
    this.#withoutMs = new Float64Array(this.#largestBatch + 1);
    this.#column = new Uint16Array(this.#largestBatch + 1);
    this.#share = new Float64Array(this.#largestBatch + 1);
    const knots = new Knots(batches);
    for (let batch = 1; batch <= this.#largestBatch; batch++) {
      const column = Math.min(knots.below(batch), batches.length - 2);
      this.#withoutMs[batch] = this.#requests.at(batch);
      this.#column[batch] = column;
      this.#share[batch] = (batch - batches[column]!) / (batches[column + 1]! - batches[column]!);
    }
  }

  /** Ends of passes of a batch whose context grows by one token a pass; see PassTiming. */
  ends(
    clockMs: Float64Array,
    from: number,
    to: number,
    batch: number,
    context: number,
    divisor: number,
  ): number {
    if (batch > this.#largestBatch || divisor !== 1)
      return this.#endsOneByOne(clockMs, from, to, batch, context, divisor);
    const { at, last } = this.#contexts;
    let pass = from;
    while (pass < to) {
      const now = context + (pass - from);
      const row = this.#contexts.below(now);
      const left = row < last ? Math.ceil(at[row + 1]! - now) : to - pass;
      const next = Math.min(to, pass + left);
      const reached = this.#endsInRow(clockMs, pass, next, batch, now, row);
      if (reached < next) return reached;
      pass = next;
    }
    return pass;
  }

  #endsOneByOne(
    clockMs: Float64Array,
    from: number,
    to: number,
    batch: number,
    context: number,
    divisor: number,
  ): number {
    for (let pass = from; pass < to; pass++) {
      const end = clockMs[pass]! + scaledPartMs(this.ms(batch, context + (pass - from)), divisor);
      if (end === clockMs[pass]) return pass;
      clockMs[pass + 1] = end;
    }
    return to;
  }

  /**
   * In a row of the table the time is linear in the context. Where a straight line through its beginning could round to
   * another nanosecond than ms() does, ms() is asked.
   */
  #endsInRow(
    clockMs: Float64Array,
    from: number,
    to: number,
    batch: number,
    context: number,
    row: number,
  ): number {
    const cell = row * this.#columns + this.#column[batch]!;
    const share = this.#share[batch]!;
    const beyond = context - this.#contexts.at[row]!;
    const slope = this.#slopes[cell]! + (this.#slopes[cell + 1]! - this.#slopes[cell]!) * share;
    const attention =
      this.#values[cell]! + (this.#values[cell + 1]! - this.#values[cell]!) * share + slope * beyond;
    if (!(attention > 0 && attention + slope * (to - from) > 0))
      return this.#endsOneByOne(clockMs, from, to, batch, context, 1);
    const firstNs = (this.#withoutMs[batch]! + attention) * 1e6;
    const perPassNs = slope * 1e6;
    const lastNs = firstNs + perPassNs * (to - from);
    const isOrdinary = Math.min(firstNs, lastNs) > 1 && Math.max(firstNs, lastNs) < LONGEST_PASS_NS;
    if (!isOrdinary || !(clockMs[from]! < EXACT_TO_A_NANOSECOND_MS))
      return this.#endsOneByOne(clockMs, from, to, batch, context, 1);
    let pass = from;
    while (pass < to) {
      pass = addRounded(clockMs, pass, to, firstNs + perPassNs * (pass - from), perPassNs);
      if (pass === to) break;
      this.#endsOneByOne(clockMs, pass, pass + 1, batch, context + (pass - from), 1);
      pass += 1;
    }
    return to;
  }

  ms(batch: number, context: number): number {
    if (batch > this.#largestBatch || batch !== (batch | 0)) {
      return this.#requests.at(batch) + this.#attention.at(context, batch);
    }
    const row = this.#contexts.below(context);
    const cell = row * this.#columns + this.#column[batch]!;
    const beyond = context - this.#contexts.at[row]!;
    const left = this.#values[cell]! + this.#slopes[cell]! * beyond;
    const right = this.#values[cell + 1]! + this.#slopes[cell + 1]! * beyond;
    return this.#withoutMs[batch]! + Math.max(left + (right - left) * this.#share[batch]!, 0);
  }
}

/** Up to this long, some hundred additions are exact enough to tell what a number rounds to. */
const LONGEST_PASS_NS = 1e10;

/** A clock that shows less moves on with every nanosecond added, for a long time. */
const EXACT_TO_A_NANOSECOND_MS = 1e9;

/**
 * clockMs[i + 1] = clockMs[i] + a time that is linear in i, in whole nanoseconds, for i in [from, to). Stops before one whose
 * rounding is in doubt and returns which.
 */
function addRounded(
  clockMs: Float64Array,
  from: number,
  to: number,
  firstNs: number,
  perPassNs: number,
): number {
  let at = +clockMs[from]!;
  let ns = +firstNs;
  const step = +perPassNs;
  let pass = from;
  for (; pass < to; pass++) {
    const wholeNs = nearestInteger(ns);
    const beyondNs = ns - wholeNs;
    if (beyondNs * beyondNs > SURELY_ROUNDED) break;
    at += msOfNanoseconds(wholeNs);
    clockMs[pass + 1] = at;
    ns += step;
  }
  return pass;
}

/** Square of how far a number may be from the nearest integer for its last digits not to matter. */
const SURELY_ROUNDED = 0.499 * 0.499;

/** Counts below this have an index entry each, larger ones share one per 128. */
const FINE_COUNTS = 1024;
const COARSE_SHIFT = 7;

/** Where a value lies among ascending knots. */
class Knots {
  readonly at: Float64Array;
  readonly last: number;
  readonly #end: number;
  /** The last knot ≤ each small count. */
  readonly #fine = new Uint16Array(FINE_COUNTS);
  /** The last knot ≤ the first count of each bucket. */
  readonly #coarse: Uint16Array;

  constructor(at: readonly number[]) {
    this.at = Float64Array.from(at);
    this.last = at.length - 1;
    this.#end = at[this.last]!;
    this.#coarse = new Uint16Array((this.#end >> COARSE_SHIFT) + 1);
    for (let count = 1; count < FINE_COUNTS; count++) {
      this.#fine[count] = this.#scan(this.#fine[count - 1]!, count);
    }
    for (let bucket = 1; bucket < this.#coarse.length; bucket++) {
      this.#coarse[bucket] = this.#scan(this.#coarse[bucket - 1]!, bucket << COARSE_SHIFT);
    }
  }

  /** The last knot ≤ `value`, or the first of all. */
  below(value: number): number {
    if (value < FINE_COUNTS) return value > 0 ? this.#fine[value | 0]! : 0;
    if (value < this.#end) return this.#scan(this.#coarse[value >> COARSE_SHIFT]!, value);
    return this.last;
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
  readonly contexts: Knots;
  readonly #batches: Knots;
  readonly values: Float64Array;
  readonly slopes: Float64Array;

  constructor({ contexts, batches, ms }: TimingSurface, straighten: (ms: number) => number) {
    this.contexts = new Knots(contexts);
    this.#batches = new Knots(batches);
    this.values = new Float64Array(contexts.length * batches.length);
    this.slopes = new Float64Array(contexts.length * batches.length);
    batches.forEach((_, column) => {
      const values = Float64Array.from(ms, (row) => straighten(row[column]!));
      const slopes = slopesOf(this.contexts.at, values);
      contexts.forEach((_context, row) => {
        this.values[row * batches.length + column] = values[row]!;
        this.slopes[row * batches.length + column] = slopes[row]!;
      });
    });
  }

  /** Linear in the batch, the last segment goes on. */
  at(context: number, batch: number): number {
    const { at, last } = this.#batches;
    const row = this.contexts.below(context);
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
    const row = this.contexts.below(context);
    const column = this.#batches.below(batch);
    const left = this.#square(row, column, context);
    if (column === last) return (left * batch) / at[last]!;
    const right = this.#square(row, column + 1, context);
    return left + ((right - left) * (batch - at[column]!)) / (at[column + 1]! - at[column]!);
  }

  #along(row: number, column: number, context: number): number {
    const cell = row * (this.#batches.last + 1) + column;
    return this.values[cell]! + this.slopes[cell]! * (context - this.contexts.at[row]!);
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
