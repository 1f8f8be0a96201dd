import { NONE } from '../ds/key-table.ts';

/** Columns of a cache that are indexed by request. */
export interface KvCacheColumns {
  readonly headOf: Int32Array;
  readonly generatedSpanOf: Int32Array;
}

export function kvCacheColumns(count: number): KvCacheColumns {
  return { headOf: new Int32Array(count).fill(NONE), generatedSpanOf: new Int32Array(count).fill(NONE) };
}
