import { doubled } from '../ds/doubled.ts';
import { KeyTable, NONE } from '../ds/key-table.ts';

const INITIAL_SPANS = 1024;

/** Where a span's keys begin in the key column; negative for a span without keys. */
export const FIRST_KEY_AT = 0;
/** Blocks in a span. */
export const BLOCKS = 1;
/** Holders of a span. */
export const HOLDERS = 2;
/** 1 once another span has followed a span's end: it must not grow, or a walk would stop before those that follow. */
export const IS_CONTINUED = 3;
/** The owner's, for a list of spans. */
export const OLDER = 4;
export const NEWER = 5;
/** A power of two: a span's fields lie in one cache line. */
const SPAN_FIELDS = 8;

/** What a walk matched: spans in order of depth, all of each but the last. */
export class SpanMatch {
  length = 0;
  /** Blocks matched of the last one. */
  ofLast = 0;
  #spans = new Int32Array(64);

  clear(): void {
    this.length = 0;
    this.ofLast = 0;
  }

  add(span: number, blocks: number): void {
    if (this.length === this.#spans.length) this.#spans = doubled(this.#spans);
    this.#spans[this.length] = span;
    this.length += 1;
    this.ofLast = blocks;
  }

  span(index: number): number {
    return this.#spans[index]!;
  }
}

/**
 * Spans: runs of consecutive blocks of one prompt chain, found by the key of their first block. Because a block's key
 * stands for its whole prefix, two chains that agree on a key agree on everything before it: a span is matched by
 * looking at its last key, and only a partial match needs a search.
 *
 * A span's keys are a stretch of the key column, so a span is two numbers. Which blocks a span must be cut at is up to
 * the owner; here spans are only made, found, cut in two and freed.
 */
export class PrefixSpans {
  readonly #keys: Int32Array;
  readonly #byFirstKey = new KeyTable();
  /** What is known of each span, side by side: a span is the place where its fields begin. */
  fields = new Int32Array(INITIAL_SPANS * SPAN_FIELDS);
  #free: number[] = [];
  #end = SPAN_FIELDS; // The first one is the owner's, as a list sentinel.
  readonly #match: SpanMatch;

  /** Walks leave what they match in `match`. */
  constructor(keys: Int32Array, match: SpanMatch) {
    this.#keys = keys;
    this.#match = match;
  }

  /** Leading blocks of keys[from .. from + limit) that are here. */
  depth(from: number, limit: number): number {
    let depth = 0;
    while (depth < limit) {
      const span = this.#byFirstKey.get(this.#keys[from + depth]!);
      if (span === NONE) break;
      const common = this.#commonBlocks(span, from + depth, limit - depth);
      depth += common;
      if (common < this.fields[span + BLOCKS]!) break;
    }
    return depth;
  }

  /** As depth(), and notes the spans on the way as the match. */
  walk(from: number, limit: number): number {
    let depth = 0;
    const match = this.#match;
    match.clear();
    while (depth < limit) {
      const span = this.#byFirstKey.get(this.#keys[from + depth]!);
      if (span === NONE) break;
      const common = this.#commonBlocks(span, from + depth, limit - depth);
      match.add(span, common);
      depth += common;
      if (common < this.fields[span + BLOCKS]!) break;
    }
    return depth;
  }

  /** Makes a span of `blocks` blocks whose keys begin at `firstKeyAt`, and lists it under its first key unless told not to. */
  create(firstKeyAt: number, blocks: number, listed: boolean): number {
    const span = this.#free.pop() ?? this.#nextSpan();
    this.fields[span + FIRST_KEY_AT] = firstKeyAt;
    this.fields[span + BLOCKS] = blocks;
    this.fields[span + HOLDERS] = 1;
    this.fields[span + IS_CONTINUED] = 0;
    if (listed) this.list(span);
    return span;
  }

  /** Makes a span findable by its first key. */
  list(span: number): void {
    this.#byFirstKey.set(this.#keys[this.fields[span + FIRST_KEY_AT]!]!, span);
  }

  /** The key of a span's block. */
  keyOf(span: number, block: number): number {
    return this.#keys[this.fields[span + FIRST_KEY_AT]! + block]!;
  }

  /**
   * Cuts the first `blocks` blocks off a listed span into a new one, which is returned. The old id keeps the deeper
   * part, so whatever hangs on its end stays right.
   */
  cutUpper(span: number, blocks: number): number {
    const upper = this.create(this.fields[span + FIRST_KEY_AT]!, blocks, true);
    this.fields[upper + HOLDERS] = this.fields[span + HOLDERS]!;
    this.fields[upper + IS_CONTINUED] = 1;
    this.fields[span + FIRST_KEY_AT]! += blocks;
    this.fields[span + BLOCKS]! -= blocks;
    this.list(span);
    return upper;
  }

  /** Forgets a span. */
  free(span: number, listed: boolean): void {
    if (listed) this.#byFirstKey.delete(this.#keys[this.fields[span + FIRST_KEY_AT]!]!);
    this.#free.push(span);
  }

  #commonBlocks(span: number, from: number, limit: number): number {
    const keys = this.#keys;
    const start = this.fields[span + FIRST_KEY_AT]!;
    let high = Math.min(this.fields[span + BLOCKS]!, limit);
    if (keys[start + high - 1] === keys[from + high - 1]) return high;
    let low = 1; // The first key matches: the span was found by it.
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (keys[start + middle - 1] === keys[from + middle - 1]) low = middle;
      else high = middle;
    }
    return low;
  }

  #nextSpan(): number {
    if (this.#end === this.fields.length) this.fields = doubled(this.fields);
    this.#end += SPAN_FIELDS;
    return this.#end - SPAN_FIELDS;
  }
}
