/**
 * How long one forward pass takes. One shape for every engine profile: the simulator calls it once per pass.
 * Both parts are whole nanoseconds, expressed in ms.
 */
export interface PassTiming {
  /** Whether the decode part depends on requests and contexts; false: on the held blocks alone. */
  readonly decodeFollowsContext: boolean;
  /**
   * Prefill part, ms: `requests` > 0 requests whose known prompt after this pass sums to `sumIsl` tokens,
   * `sumPrefix` of which were computed before it.
   */
  prefillMs(requests: number, sumIsl: number, sumPrefix: number): number;
  /** Decode part, ms: `ready` requests emit a token, their contexts sum to `sumContext` tokens, `activeBlocks` of `totalBlocks` are held. */
  decodeMs(ready: number, sumContext: number, activeBlocks: number, totalBlocks: number): number;
  /**
   * As decodeMs(), for `passes` passes in a row of the same requests, whose contexts grow by a token each time: writes
   * passMs[0..passes). For timings that follow the context and can do it quicker than one by one.
   */
  decodeRun?(
    passMs: Float64Array,
    passes: number,
    ready: number,
    sumContext: number,
    activeBlocks: number,
    totalBlocks: number,
  ): void;
}
