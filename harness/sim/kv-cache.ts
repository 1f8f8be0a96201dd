import { NONE } from '../ds/key-table.ts';
import type { EngineConfig } from './config.ts';
import type { HeldSpans } from './held-spans.ts';
import { InvariantError } from './invariant-error.ts';
import type { PrefixIndex } from './prefix-index.ts';
import {
  BLOCKS,
  FIRST_KEY_AT,
  HOLDERS,
  IS_CONTINUED,
  NEWER,
  OLDER,
  PrefixSpans,
  type SpanMatch,
} from './prefix-spans.ts';
import type { RequestColumns } from './request-columns.ts';
import type { RequestStates } from './request-states.ts';

/** The list sentinel: newer of it is the oldest idle span, older of it the newest. */
const SENTINEL = 0;

/** Who holds blocks on a worker. */
export interface Residents {
  ids: Int32Array;
  length: number;
}

/**
 * The KV blocks of one worker: vLLM's block pool with its LRU list, kept as spans of adjacent blocks that are computed,
 * hit and evicted together. A span is cut when a hit or an eviction ends inside it, so the result is that of single
 * blocks.
 *
 * Invariant: used = held + idle ≤ capacity. Held blocks are private (partly filled), generated (full, known to their
 * request alone) or cached prompt blocks with a holder; idle ones are cached and wait in the LRU list, where each span
 * lies deepest block first.
 *
 * A prompt block may exist in several copies: only the one registered first is found. The others are `later copies`,
 * single blocks outside the index; when the first goes, the next takes its place. No block outlives every copy of its
 * predecessor, because whoever lets go of it lets go of a predecessor right after.
 */
export class KvCache {
  readonly capacity: number;
  used = 0;
  idle = 0;
  /** What the last lookup found: blocks, and how many of them somebody holds. */
  hits = 0;
  heldHits = 0;
  #generatedHits = 0;

  readonly #blockSize: number;
  /** Whether requests find blocks of others. */
  readonly #isShared: boolean;
  readonly #columns: RequestColumns;
  readonly #spans: PrefixSpans;
  readonly #residents: Residents;
  /** Who is told which blocks can be found, if a router wants to know, and on which worker. */
  readonly #index: PrefixIndex | undefined;
  readonly #worker: number;
  readonly #held: HeldSpans;
  readonly #match: SpanMatch;
  /** Idle span of a preempted request's generated blocks, and whose it is. */
  readonly #generatedSpanOf: Int32Array;
  /** Spans of later copies by key, in order of registration, and the set of them. */
  readonly #laterCopies = new Map<number, number[]>();
  readonly #isLaterCopy = new Set<number>();

  /** The request columns are shared by all workers of a cluster: a request is on one of them. */
  constructor(
    worker: number,
    { numGpuBlocks, blockSize, enablePrefixCaching }: EngineConfig,
    { columns, cache }: RequestStates,
    residents: Residents,
    index: PrefixIndex | undefined,
  ) {
    this.capacity = numGpuBlocks;
    this.#worker = worker;
    this.#index = index;
    this.#blockSize = blockSize;
    this.#isShared = enablePrefixCaching;
    this.#columns = columns;
    this.#spans = new PrefixSpans(columns.keys, cache.match);
    this.#residents = residents;
    this.#held = cache.held;
    this.#match = cache.match;
    this.#generatedSpanOf = cache.generatedSpanOf;
    this.#spans.fields[SENTINEL + OLDER] = SENTINEL;
    this.#spans.fields[SENTINEL + NEWER] = SENTINEL;
  }

  /** Blocks held by requests. */
  get active(): number {
    return this.used - this.idle;
  }

  /** Looks the first `limit` blocks of a request up: `hits`, `heldHits`. Changes nothing. */
  lookup(request: number, limit: number): void {
    const start = this.#columns.keyStart[request]!;
    const promptBlocks = this.#columns.keyStart[request + 1]! - start;
    this.hits = this.#spans.walk(start, Math.min(limit, promptBlocks));
    this.heldHits = this.#countHeld();
    this.#generatedHits = 0;
    const own = this.#generatedSpanOf[request]!;
    if (own === NONE || this.hits < promptBlocks) return;
    this.#generatedHits = Math.min(this.#spans.fields[own + BLOCKS]!, limit - promptBlocks);
    this.hits += this.#generatedHits;
  }

  /** Forgets what was looked up, for a request that may not share. */
  lookupNothing(): void {
    this.hits = 0;
    this.heldHits = 0;
    this.#generatedHits = 0;
    this.#match.clear();
  }

  /** Is there room for the hits of the last lookup and `fresh` more blocks? */
  hasRoom(fresh: number): boolean {
    return this.active + (this.hits - this.heldHits) + fresh <= this.capacity;
  }

  /** Gives a request the hits of the last lookup and `fresh` private blocks. The caller has asked hasRoom(). */
  admit(request: number, fresh: number): void {
    const match = this.#match;
    const last = match.length - 1;
    for (let i = 0; i < last; i++) this.#hold(request, match.span(i));
    if (last >= 0) this.#holdLast(request, match.span(last));
    if (this.#generatedHits > 0) this.#takeGeneratedBack(request);
    this.takeFresh(fresh);
  }

  /** Takes `fresh` private blocks, evicting the oldest idle ones where nothing is free. The caller knows there is room. */
  takeFresh(fresh: number): void {
    const evictions = fresh - (this.capacity - this.used);
    if (evictions > 0) this.#evict(evictions);
    this.used += fresh;
  }

  /** Registers the request's prompt blocks [from, to), which it holds privately and has computed, for others to find. */
  cachePrompt(request: number, from: number, to: number): void {
    const start = this.#columns.keyStart[request]!;
    let block = from;
    const present = this.#presentBlocks(start, from, to);
    for (; block < present; block++) this.#addLaterCopy(request, start + block);
    if (block >= to) return;
    this.#index?.add(this.#worker, start + block, to - block);
    if (!this.#extendHead(request, start + block, to - block)) {
      const span = this.#spans.create(start + block, to - block, true);
      const head = this.#held.deepest(request);
      if (head !== NONE) this.#spans.fields[this.#held.span(head) + IS_CONTINUED] = 1;
      this.#held.push(request, span);
    }
  }

  /** Leading blocks, up to `to`, that can be found, for a request that holds copies of the first `from`. */
  #presentBlocks(start: number, from: number, to: number): number {
    // Unless a copy of its is a later one, the request holds the first: no span reaches beyond it, one may begin there.
    if (this.#isLaterCopy.size === 0) return from + this.#spans.depth(start + from, to - from);
    return Math.min(to, this.#spans.depth(start, to));
  }

  /**
   * Lets go of everything a request holds, which has `computed` tokens in its blocks. Private and partly filled blocks
   * vanish, the others become idle from last to first.
   */
  release(request: number, computed: number): void {
    const blocks = Math.ceil(computed / this.#blockSize);
    const full = this.#isShared ? Math.floor(computed / this.#blockSize) : 0;
    this.used -= blocks - full;
    const promptBlocks = this.#columns.keyStart[request + 1]! - this.#columns.keyStart[request]!;
    if (full > promptBlocks) this.#idleGenerated(request, full - promptBlocks);
    const held = this.#held;
    const { fields } = this.#spans;
    for (let cell = held.deepest(request); cell !== NONE; cell = held.next(cell)) {
      const span = held.span(cell);
      const holders = fields[span + HOLDERS]! - 1;
      fields[span + HOLDERS] = holders;
      if (holders === 0) this.#appendIdle(span);
    }
    held.clear(request);
  }

  /** Throws when blocks are held although no request runs. */
  assertNothingHeld(owner: string): void {
    if (this.active !== 0)
      throw new InvariantError(
        `${owner}: ${this.active} KV blocks are still held after the last request ended`,
      );
    if (this.used > this.capacity)
      throw new InvariantError(`${owner}: ${this.used} KV blocks in a pool of ${this.capacity}`);
  }

  #countHeld(): number {
    const { fields } = this.#spans;
    const match = this.#match;
    let held = 0;
    for (let i = 0; i < match.length; i++) {
      const span = match.span(i);
      if (fields[span + HOLDERS]! === 0) continue;
      held += i === match.length - 1 ? match.ofLast : fields[span + BLOCKS]!;
    }
    return held;
  }

  #holdLast(request: number, span: number): void {
    const { fields } = this.#spans;
    const { ofLast } = this.#match;
    if (ofLast === fields[span + BLOCKS]!) {
      this.#hold(request, span);
      return;
    }
    const isIdle = fields[span + HOLDERS] === 0;
    const upper = this.#spans.cutUpper(span, ofLast);
    if (isIdle) {
      // The deeper part keeps its place in the LRU list; the upper part leaves it.
      this.idle -= ofLast;
      this.#spans.fields[upper + HOLDERS] = 1;
      this.#held.push(request, upper);
      return;
    }
    this.#tellHolders(span, upper);
    this.#hold(request, upper);
  }

  #hold(request: number, span: number): void {
    if (this.#spans.fields[span + HOLDERS] === 0) {
      this.#unlink(span);
      this.idle -= this.#spans.fields[span + BLOCKS]!;
    }
    this.#spans.fields[span + HOLDERS]! += 1;
    this.#held.push(request, span);
  }

  /** Everybody who holds the deeper part of a cut span holds its upper part too. */
  #tellHolders(lower: number, upper: number): void {
    let left = this.#spans.fields[lower + HOLDERS]!;
    const { ids, length } = this.#residents;
    const held = this.#held;
    for (let i = 0; i < length && left > 0; i++) {
      let cell = held.deepest(ids[i]!);
      while (cell !== NONE && held.span(cell) !== lower) cell = held.next(cell);
      if (cell === NONE) continue;
      held.insertAbove(cell, upper);
      left -= 1;
    }
  }

  #takeGeneratedBack(request: number): void {
    const span = this.#generatedSpanOf[request]!;
    if (this.#generatedHits !== this.#spans.fields[span + BLOCKS]!)
      throw new InvariantError(`request ${request + 1}: generated blocks beyond its known tokens`);
    this.#generatedSpanOf[request] = NONE;
    this.#unlink(span);
    this.idle -= this.#spans.fields[span + BLOCKS]!;
    this.#spans.free(span, false);
  }

  #idleGenerated(request: number, blocks: number): void {
    const span = this.#spans.create(ownerMark(request), blocks, false);
    this.#spans.fields[span + HOLDERS] = 0;
    this.#generatedSpanOf[request] = span;
    this.#appendIdle(span);
  }

  /** The request's deepest span grows when nobody else holds it, none follows it, and its keys go on where the new ones begin. */
  #extendHead(request: number, firstKeyAt: number, blocks: number): boolean {
    const cell = this.#held.deepest(request);
    if (cell === NONE) return false;
    const spans = this.#spans;
    const span = this.#held.span(cell);
    if (spans.fields[span + HOLDERS] !== 1 || spans.fields[span + IS_CONTINUED] === 1) return false;
    if (spans.fields[span + FIRST_KEY_AT]! + spans.fields[span + BLOCKS]! !== firstKeyAt) return false;
    if (this.#isLaterCopy.size > 0 && this.#isLaterCopy.has(span)) return false;
    spans.fields[span + BLOCKS]! += blocks;
    return true;
  }

  #addLaterCopy(request: number, keyAt: number): void {
    const key = this.#columns.keys[keyAt]!;
    const span = this.#spans.create(keyAt, 1, false);
    this.#held.push(request, span);
    this.#isLaterCopy.add(span);
    const copies = this.#laterCopies.get(key);
    if (copies === undefined) this.#laterCopies.set(key, [span]);
    else copies.push(span);
  }

  #evict(blocks: number): void {
    const spans = this.#spans;
    let left = blocks;
    while (left > 0) {
      const span = spans.fields[SENTINEL + NEWER]!;
      const size = spans.fields[span + BLOCKS]!;
      const taken = Math.min(left, size);
      left -= taken;
      const promoted = this.#isLaterCopy.size > 0 ? this.#copiesToPromote(span, size - taken, size) : null;
      if (this.#index !== undefined) this.#tellOfEviction(this.#index, span, size - taken, size);
      if (taken === size) this.#removeIdle(span);
      else spans.fields[span + BLOCKS] = size - taken;
      if (promoted !== null) for (const copy of promoted) this.#promote(copy);
      this.idle -= taken;
      this.used -= taken;
    }
  }

  /** Blocks [from, to) of a span go: they can no longer be found, but for those that have another copy and what lies above. */
  #tellOfEviction(index: PrefixIndex, span: number, from: number, to: number): void {
    const keyAt = this.#spans.fields[span + FIRST_KEY_AT]!;
    if (keyAt < 0 || this.#isLaterCopy.has(span)) return;
    let lost = from;
    if (this.#laterCopies.size > 0) {
      lost = to;
      while (lost > from && !this.#laterCopies.has(this.#spans.keyOf(span, lost - 1))) lost -= 1;
    }
    if (lost < to) index.remove(this.#worker, keyAt + lost, to - lost);
  }

  #removeIdle(span: number): void {
    this.#unlink(span);
    const spans = this.#spans;
    const firstKeyAt = spans.fields[span + FIRST_KEY_AT]!;
    if (firstKeyAt < 0) {
      const owner = ownerOf(firstKeyAt);
      if (this.#generatedSpanOf[owner] === span) this.#generatedSpanOf[owner] = NONE;
      spans.free(span, false);
      return;
    }
    const isLater = this.#isLaterCopy.size > 0 && this.#isLaterCopy.has(span);
    if (isLater) this.#dropLaterCopy(span);
    spans.free(span, !isLater);
  }

  /** Later copies that become first ones when blocks [from, to) of a span go. */
  #copiesToPromote(span: number, from: number, to: number): number[] | null {
    if (this.#spans.fields[span + FIRST_KEY_AT]! < 0 || this.#isLaterCopy.has(span)) return null;
    const copies: number[] = [];
    for (let block = from; block < to; block++) {
      const copy = this.#laterCopies.get(this.#spans.keyOf(span, block))?.[0];
      if (copy !== undefined) copies.push(copy);
    }
    return copies;
  }

  #promote(copy: number): void {
    this.#dropLaterCopy(copy);
    this.#spans.list(copy);
  }

  #dropLaterCopy(span: number): void {
    this.#isLaterCopy.delete(span);
    const key = this.#spans.keyOf(span, 0);
    const copies = this.#laterCopies.get(key)!;
    if (copies.length === 1) this.#laterCopies.delete(key);
    else copies.splice(copies.indexOf(span), 1);
  }

  #appendIdle(span: number): void {
    const { fields } = this.#spans;
    const newest = fields[SENTINEL + OLDER]!;
    fields[span + OLDER] = newest;
    fields[span + NEWER] = SENTINEL;
    fields[newest + NEWER] = span;
    fields[SENTINEL + OLDER] = span;
    this.idle += fields[span + BLOCKS]!;
  }

  #unlink(span: number): void {
    const { fields } = this.#spans;
    const older = fields[span + OLDER]!;
    const newer = fields[span + NEWER]!;
    fields[older + NEWER] = newer;
    fields[newer + OLDER] = older;
  }
}

/** A span of generated blocks has, where others say where their keys begin, whose it is: a negative number. */
function ownerMark(request: number): number {
  return -1 - request;
}

function ownerOf(mark: number): number {
  return -1 - mark;
}
