import { NONE } from '../ds/key-table.ts';
import { HeldSpans } from './held-spans.ts';
import { SpanMatch } from './prefix-spans.ts';

/** What the caches of all workers of a cluster share: a request is on one of them, and one looks something up at a time. */
export interface KvCacheShared {
  readonly held: HeldSpans;
  /** By request: the idle span of its generated blocks, after a preemption. */
  readonly generatedSpanOf: Int32Array;
  readonly match: SpanMatch;
}

export function kvCacheShared(requests: number): KvCacheShared {
  return {
    held: new HeldSpans(requests),
    generatedSpanOf: new Int32Array(requests).fill(NONE),
    match: new SpanMatch(),
  };
}
