import type { DecodingSet } from './decoding-set.ts';
import type { KvCache } from './kv-cache.ts';
import type { PassTiming } from './pass-timing.ts';

/** A quiet stretch that is longer is worked out in several goes. */
const MOST_PASSES = 256;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Passes in which the decoding set computes and nothing else goes on (no prefill, nobody to admit), worked out ahead of
 * the clock in one go: up to the one in which somebody finishes, or the last one there are blocks for. The first of them
 * is in progress. They are *decided* only when the clock gets there: until then those behind can be taken back.
 */
export class QuietPasses {
  /** Passes behind the one in progress. */
  ahead = 0;
  readonly #set: DecodingSet;
  readonly #cache: KvCache;
  readonly #timing: PassTiming;
  readonly #endMs = new Float64Array(MOST_PASSES);
  #inProgress = 0;

  constructor(set: DecodingSet, cache: KvCache, timing: PassTiming) {
    this.#set = set;
    this.#cache = cache;
    this.#timing = timing;
  }

  /** End of the pass in progress. */
  get endMs(): number {
    return this.#endMs[this.#inProgress]!;
  }

  /** End of the last pass. */
  get lastEndMs(): number {
    return this.#endMs[this.#inProgress + this.ahead]!;
  }

  /** When a pass behind the one in progress first takes a cached block away; Infinity if none does. */
  nextEvictionMs(): number {
    const set = this.#set;
    let freeBlocks = this.#cache.capacity - this.#cache.used;
    let { phase } = set;
    let behind = 0;
    for (;;) {
      const rounds = set.needs.roundsToNext(phase);
      behind += rounds;
      if (behind > this.ahead) return NEVER;
      phase = (phase + rounds) % set.blockSize;
      freeBlocks -= set.needs.at(phase);
      if (freeBlocks < 0) return this.#endMs[this.#inProgress + behind - 1]!;
    }
  }

  /** Works out the passes from `now` on and starts the first one. False if there is none. */
  start(now: number): boolean {
    const planned = this.#plan(now);
    if (planned === 0) return false;
    this.#inProgress = 0;
    this.ahead = planned - 1;
    this.#takeBlocks();
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
    this.#takeBlocks();
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
    const areEqual = !this.#timing.decodeFollowsContext;
    let pass = this.#inProgress;
    for (;;) {
      const next = Math.min(inProgress, pass + set.needs.roundsToNext(set.phase));
      set.emitInPasses(this.#endMs, pass, next, areEqual);
      if (next === inProgress) break;
      this.#takeBlocks();
      pass = next;
    }
    this.#inProgress = inProgress;
  }

  #takeBlocks(): void {
    const need = this.#set.blocksNeeded();
    if (need > 0) this.#cache.takeFresh(need);
  }

  /** The first pass after the one in progress that ends at `now` or later (later, if `startedNow`), or the last. */
  #passAt(now: number, startedNow: boolean): number {
    const endMs = this.#endMs;
    let low = this.#inProgress + 1;
    let high = this.#inProgress + this.ahead;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (endMs[middle]! < now || (startedNow && endMs[middle] === now)) low = middle + 1;
      else high = middle;
    }
    return high;
  }

  /** A stretch of passes with the same blocks held at a time. A pass that takes no time is the only one: others may act at its instant. */
  #plan(now: number): number {
    const set = this.#set;
    const { capacity } = this.#cache;
    const endMs = this.#endMs;
    const rounds = Math.min(set.nextFinishRound - set.rounds, MOST_PASSES);
    let { active } = this.#cache;
    let { phase } = set;
    let planned = 0;
    let startMs = now;
    while (planned < rounds) {
      active += set.needs.at(phase);
      if (active > capacity) break;
      const stretch = Math.min(rounds - planned, set.needs.roundsToNext(phase));
      const filled = this.#fillEnds(planned, planned + stretch, startMs, active);
      if (filled === 0) {
        endMs[0] = now;
        return 1;
      }
      if (filled < planned + stretch) return filled;
      planned = filled;
      startMs = endMs[planned - 1]!;
      phase = (phase + stretch) % set.blockSize;
    }
    return planned;
  }

  /** Ends of the passes [from, to) up to one that takes no time. Returns where it stopped. */
  #fillEnds(from: number, to: number, startMs: number, activeBlocks: number): number {
    const timing = this.#timing;
    const { size } = this.#set;
    const { capacity } = this.#cache;
    const context = this.#set.contextTokens + from * size;
    if (!timing.decodeFollowsContext) {
      const passMs = timing.decodeMs(size, context, activeBlocks, capacity);
      return fillEqualEnds(this.#endMs, from, to, startMs, passMs);
    }
    if (timing.decodeEnds !== undefined)
      return timing.decodeEnds(this.#endMs, from, to, startMs, size, context);
    let at = startMs;
    let pass = from;
    for (; pass < to; pass++) {
      const end = at + timing.decodeMs(size, context + (pass - from) * size, activeBlocks, capacity);
      if (end === at) break;
      this.#endMs[pass] = end;
      at = end;
    }
    return pass;
  }
}

function fillEqualEnds(
  endMs: Float64Array,
  from: number,
  to: number,
  startMs: number,
  passMs: number,
): number {
  let at = startMs;
  let pass = from;
  for (; pass < to; pass++) {
    const end = at + passMs;
    if (end === at) break;
    endMs[pass] = end;
    at = end;
  }
  return pass;
}
