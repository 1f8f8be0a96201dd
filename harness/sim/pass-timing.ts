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
   * Runs the passes [from, to) by the same requests, whose contexts grow by a token each time and sum to `sumContext` in the
   * first of them: pass i goes from clockMs[i], given for the first, to clockMs[i + 1]. Stops before a pass that takes no time
   * and returns which one. For timings that follow the context and are quicker at that than decodeMs().
   */
  decodeEnds?(clockMs: Float64Array, from: number, to: number, ready: number, sumContext: number): number;
}
