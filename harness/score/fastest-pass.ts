import { passTiming, type TimingSpec } from '../sim/timing-spec.ts';

/** Tables bend: a pass of many requests may cost a little less than one of a single request. */
const MARGIN = 0.5;

/**
 * No pass that makes a token takes less than this, ms: half of what one request without context costs. A request
 * makes one token per pass, so whoever is faster was not simulated.
 */
export function fastestPassMs(timing: TimingSpec, kvBlocks: number): number {
  return MARGIN * passTiming(timing).decodeMs(1, 0, 0, kvBlocks);
}
