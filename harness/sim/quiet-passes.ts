import type { ClusterClock } from './cluster-clock.ts';
import type { DecodingSet } from './decoding-set.ts';
import type { KvCache } from './kv-cache.ts';
import type { PassTiming } from './pass-timing.ts';

/** A quiet time that is longer is worked out in several goes. */
const MOST_PASSES = 256;
const NEVER = Number.POSITIVE_INFINITY;
/** Fields of a stretch: the pass behind it, the blocks that its first pass takes, and how long its passes last, where that is the same. */
const STRETCH_FIELDS = 3;
const TO = 0;
const NEED = 1;
const PASS_MS = 2;

/**
 * Passes in which the decoding set computes and nothing else goes on (no prefill, nobody to admit), worked out ahead of
 * the clock in one go: up to the one in which somebody finishes, or the last one there are blocks for. The first of them
 * is in progress. They are *decided* only when the clock gets there: until then those behind can be taken back.
 *
 * Passes that hold the same blocks are a stretch.
 */
export class QuietPasses {
  /** Passes behind the one in progress. */
  ahead = 0;
  readonly #set: DecodingSet;
  readonly #cache: KvCache;
  readonly #timing: PassTiming;
  readonly #clock: ClusterClock;
  /** Pass i goes from clockMs[i] to clockMs[i + 1]. */
  readonly #clockMs = new Float64Array(MOST_PASSES + 1);
  #inProgress = 0;
  /** What is known of each stretch, side by side: a stretch is the place where its fields begin. */
  readonly #stretches = new Float64Array(MOST_PASSES * STRETCH_FIELDS);
  #stretchesEnd = 0;
  /** The stretch of the pass in progress. */
  #stretch = 0;

  constructor(set: DecodingSet, cache: KvCache, timing: PassTiming, clock: ClusterClock) {
    this.#clock = clock;
    this.#set = set;
    this.#cache = cache;
    this.#timing = timing;
  }

  /** End of the pass in progress. */
  get endMs(): number {
    return this.#clockMs[this.#inProgress + 1]!;
  }

  /** End of the last pass. */
  get lastEndMs(): number {
    return this.#clockMs[this.#inProgress + this.ahead + 1]!;
  }

  /** When a pass behind the one in progress first takes a cached block away; Infinity if none does. */
  nextEvictionMs(): number {
    const last = this.#inProgress + this.ahead;
    let freeBlocks = this.#cache.capacity - this.#cache.used;
    const stretches = this.#stretches;
    let first = stretches[this.#stretch + TO]!;
    for (
      let stretch = this.#stretch + STRETCH_FIELDS;
      stretch < this.#stretchesEnd;
      stretch += STRETCH_FIELDS
    ) {
      if (first > last) return NEVER;
      freeBlocks -= stretches[stretch + NEED]!;
      if (freeBlocks < 0) return this.#clockMs[first]!;
      first = stretches[stretch + TO]!;
    }
    return NEVER;
  }

  /** Works out the passes from now on and starts the first one. False if there is none. */
  start(): boolean {
    this.#clockMs[0] = this.#clock.now;
    const planned = this.#plan();
    if (planned === 0) return false;
    this.#inProgress = 0;
    this.#stretch = 0;
    this.ahead = planned - 1;
    this.#cache.takeFresh(this.#stretches[NEED]!);
    return true;
  }

  /** Takes back all passes behind the one in progress. */
  takeBack(): void {
    this.ahead = 0;
  }

  /** Takes back the passes that don't start before `now` (or at it, if `startedNow`). */
  takeBackFrom(now: number, startedNow: boolean): void {
    const endMs = this.endMs;
    const isLast = !(endMs < now || (startedNow && endMs === now));
    this.ahead = isLast ? 0 : this.#passAt(now, startedNow) - this.#inProgress;
  }

  /**
   * Passes become decided as long as they start before `now` (or at it, if `startedNow`): each ends the one before it
   * and takes the blocks it needs. Returns how many; there is at least one.
   */
  decideUntil(now: number, startedNow: boolean): number {
    const before = this.#inProgress;
    const inProgress = this.#passAt(now, startedNow);
    this.#emitBefore(inProgress);
    if (this.#stretches[this.#stretch + TO] === inProgress) this.#startStretch();
    this.ahead -= inProgress - before;
    return inProgress - before;
  }

  /** Decides and ends all passes. Returns how many were decided: the one in progress was before. */
  finish(): number {
    const { ahead } = this;
    this.#emitBefore(this.#inProgress + ahead + 1);
    this.ahead = 0;
    return ahead;
  }

  /** The passes from the one in progress up to another, which becomes the one in progress, end; all but that one take blocks. */
  #emitBefore(inProgress: number): void {
    const set = this.#set;
    let pass = this.#inProgress;
    for (;;) {
      const next = Math.min(inProgress, this.#stretches[this.#stretch + TO]!);
      if (this.#timing.decodeFollowsContext) set.emitInPasses(this.#clockMs, pass, next);
      else set.emitInEqualPasses(this.#clockMs, pass, next, this.#stretches[this.#stretch + PASS_MS]!);
      if (next === inProgress) break;
      this.#startStretch();
      pass = next;
    }
    this.#inProgress = inProgress;
  }

  #startStretch(): void {
    this.#stretch += STRETCH_FIELDS;
    this.#cache.takeFresh(this.#stretches[this.#stretch + NEED]!);
  }

  /** The first pass after the one in progress that ends at `now` or later (later, if `startedNow`), or the last. */
  #passAt(now: number, startedNow: boolean): number {
    const clockMs = this.#clockMs;
    let low = this.#inProgress + 1;
    let high = this.#inProgress + this.ahead;
    while (low < high) {
      const middle = (low + high) >> 1;
      const endMs = clockMs[middle + 1]!;
      if (endMs < now || (startedNow && endMs === now)) low = middle + 1;
      else high = middle;
    }
    return high;
  }

  /** Stretch after stretch from clockMs[0] on. A pass that takes no time is the only one: others may act at its instant. */
  #plan(): number {
    const set = this.#set;
    const { capacity } = this.#cache;
    const rounds = Math.min(set.nextFinishRound - set.rounds, MOST_PASSES);
    let { active } = this.#cache;
    let { phase } = set;
    let planned = 0;
    let stretch = 0;
    this.#stretchesEnd = 0;
    while (planned < rounds) {
      const need = set.needs.at(phase);
      active += need;
      if (active > capacity) break;
      const passes = Math.min(rounds - planned, set.needs.roundsToNext(phase));
      const to = planned + passes;
      const filled = this.#fillStretch(stretch, planned, to, active);
      this.#stretches[stretch + TO] = filled;
      this.#stretches[stretch + NEED] = need;
      stretch += STRETCH_FIELDS;
      this.#stretchesEnd = stretch;
      if (filled < to) return filled > 0 ? filled : this.#planOneOfNoTime();
      planned = to;
      phase = (phase + passes) % set.blockSize;
    }
    return planned;
  }

  #planOneOfNoTime(): number {
    this.#clockMs[1] = this.#clockMs[0]!;
    this.#stretches[TO] = 1;
    return 1;
  }

  /** Ends of the passes [from, to) of a stretch, up to one that takes no time. Returns where it stopped. */
  #fillStretch(stretch: number, from: number, to: number, activeBlocks: number): number {
    const timing = this.#timing;
    const { size } = this.#set;
    const { capacity } = this.#cache;
    const context = this.#set.contextTokens + from * size;
    const clockMs = this.#clockMs;
    if (!timing.decodeFollowsContext) {
      const passMs = timing.decodeMs(size, context, activeBlocks, capacity);
      this.#stretches[stretch + PASS_MS] = passMs;
      return addRepeatedly(clockMs, from, to, passMs);
    }
    if (timing.decodeEnds !== undefined) return timing.decodeEnds(clockMs, from, to, size, context);
    for (let pass = from; pass < to; pass++) {
      const passMs = timing.decodeMs(size, context + (pass - from) * size, activeBlocks, capacity);
      if (addRepeatedly(clockMs, pass, pass + 1, passMs) === pass) return pass;
    }
    return to;
  }
}

/** clockMs[i + 1] = clockMs[i] + passMs for i in [from, to), or as long as that is more. Returns where it stopped. */
function addRepeatedly(clockMs: Float64Array, from: number, to: number, passMs: number): number {
  // Numbers from here on, or V8 makes sure in every turn of the loop; and four sums a turn, which costs it more than they do.
  const step = +passMs;
  let at = +clockMs[from]!;
  let pass = from + 1;
  for (; pass <= to - 3; pass += 4) {
    const second = at + step + step;
    clockMs[pass] = at + step;
    clockMs[pass + 1] = second;
    clockMs[pass + 2] = second + step;
    at = second + step + step;
    clockMs[pass + 3] = at;
  }
  for (; pass <= to; pass++) {
    at += step;
    clockMs[pass] = at;
  }
  // Where a sum gets stuck, it stays.
  if (at + step !== at) return to;
  let moved = from;
  while (moved < to && clockMs[moved + 1] !== clockMs[moved]) moved += 1;
  return moved;
}
