import type { EngineProfileContent } from './engine-profile.ts';

/** AIConfigurator reserves no less than this for activations. */
const LEAST_ACTIVATION_BYTES = 70 * 2 ** 20;

/**
 * KV tokens of one worker: what its share of the GPU's memory leaves over after weights, overheads and the activations
 * of the largest pass. 0 when nothing is left.
 */
export function kvCapacityTokens(
  { kvCache }: Pick<EngineProfileContent, 'kvCache'>,
  maxBatchedTokens: number,
  memoryShare = kvCache.memoryShare,
): number {
  const activations = Math.max(
    kvCache.activationBytesPerBatchedToken * maxBatchedTokens,
    LEAST_ACTIVATION_BYTES,
  );
  const free = kvCache.gpuBytes * memoryShare - kvCache.weightBytes - kvCache.overheadBytes - activations;
  return Math.max(0, Math.floor(free / kvCache.bytesPerToken));
}
