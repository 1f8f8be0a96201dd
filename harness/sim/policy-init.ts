import type { Init } from '../contract/index.ts';
import { Rng } from '../ds/rng.ts';
import type { PassTiming } from './pass-timing.ts';

export interface PolicyInitOptions {
  readonly workers: number;
  readonly blockSize: number;
  readonly numGpuBlocks: number;
  readonly seed: number;
  readonly params: Readonly<Record<string, number>>;
  readonly timing: PassTiming;
}

/** What a policy's factory receives: numbers, its own random stream and an estimate of pass times. All frozen. */
export function createInit(options: PolicyInitOptions): Init {
  const rng = new Rng(options.seed);
  const { timing, numGpuBlocks } = options;
  return Object.freeze({
    workers: options.workers,
    blockSize: options.blockSize,
    rng: Object.freeze({ next: () => rng.next(), int: (n: number) => rng.int(n) }),
    params: Object.freeze({ ...options.params }),
    engine: Object.freeze({
      prefillMs: (tokens: number, prefixTokens: number) =>
        timing.prefillMs(1, prefixTokens + tokens, prefixTokens),
      decodeMs: (batch: number, contextTokens: number, usedBlocks: number) =>
        batch > 0 ? timing.decodeMs(batch, contextTokens, usedBlocks, numGpuBlocks) : 0,
    }),
  });
}
