import { NONE } from '../ds/key-table.ts';
import { doubled, PrefixSpans } from './prefix-spans.ts';
import type { RequestColumns } from './request-columns.ts';

/**
 * The prompts of the requests a router has placed on one worker and that have not ended, as a tree of spans. A request
 * is at a span's end; its prompt is the path to the root. Cutting a span keeps the id of the deeper part, so requests
 * need not be told.
 */
export class ActivePrompts {
  /** Distinct prompt blocks. */
  blocks = 0;
  readonly #columns: RequestColumns;
  readonly #spans: PrefixSpans;
  #parent = new Int32Array(1024);
  /** Deepest span of each request that is here. */
  readonly #leafOf: Int32Array;

  /** `leafOf` is a column of NONE that all workers of a cluster may share: a request is on one of them. */
  constructor(columns: RequestColumns, leafOf: Int32Array) {
    this.#columns = columns;
    this.#spans = new PrefixSpans(columns.keys);
    this.#leafOf = leafOf;
  }

  /** Leading prompt blocks of the request that others hold already. */
  overlap(request: number): number {
    const { keyStart } = this.#columns;
    return this.#spans.depth(keyStart[request]!, keyStart[request + 1]! - keyStart[request]!);
  }

  add(request: number): void {
    const start = this.#columns.keyStart[request]!;
    const blocks = this.#columns.keyStart[request + 1]! - start;
    const shared = this.#spans.walk(start, blocks);
    let leaf = this.#holdMatched();
    if (shared < blocks) {
      const span = this.#spans.create(start + shared, blocks - shared, true);
      this.#setParent(span, leaf);
      this.blocks += blocks - shared;
      leaf = span;
    }
    this.#leafOf[request] = leaf;
  }

  remove(request: number): void {
    const spans = this.#spans;
    let span = this.#leafOf[request]!;
    this.#leafOf[request] = NONE;
    while (span !== NONE) {
      const parent = this.#parent[span]!;
      spans.holders[span]! -= 1;
      if (spans.holders[span] === 0) {
        this.blocks -= spans.blocks[span]!;
        spans.free(span, true);
      }
      span = parent;
    }
  }

  /** One more holder on the path just walked, cut where the match ends inside a span. Returns its last span. */
  #holdMatched(): number {
    const spans = this.#spans;
    if (spans.matchedSpans === 0) return NONE;
    for (let i = 0; i < spans.matchedSpans - 1; i++) spans.holders[spans.matched[i]!]! += 1;
    let last = spans.matched[spans.matchedSpans - 1]!;
    if (spans.matchedOfLast < spans.blocks[last]!) {
      const upper = spans.cutUpper(last, spans.matchedOfLast);
      this.#setParent(upper, this.#parent[last]!);
      this.#setParent(last, upper);
      last = upper;
    }
    spans.holders[last]! += 1;
    return last;
  }

  #setParent(span: number, parent: number): void {
    while (span >= this.#parent.length) this.#parent = doubled(this.#parent);
    this.#parent[span] = parent;
  }
}
