import { type EngineProfile, withHash } from '../../harness/engines/engine-profile.ts';

/** A profile with round numbers. */
export function smallProfile(): EngineProfile {
  const attention = {
    contexts: [1, 1000],
    batches: [1, 8],
    ms: [
      [0, 0],
      [4, 32],
    ],
  };
  return withHash({
    schema: 1,
    name: 'small-tp2-vllm-1.0.0',
    model: 'example/small',
    system: 'example',
    backend: 'vllm',
    backendVersion: '1.0.0',
    parallelism: { tensor: 2 },
    gpusPerWorker: 2,
    precision: { gemm: 'bfloat16', attention: 'bfloat16', kvCache: 'bfloat16' },
    source: { tool: 'aiconfigurator', toolVersion: '0.0.0', note: 'made up', licence: 'none' },
    kvCache: {
      gpuBytes: 1_000_000_000,
      memoryShare: 0.9,
      weightBytes: 500_000_000,
      overheadBytes: 100_000_000,
      activationBytesPerBatchedToken: 1000,
      bytesPerToken: 100,
    },
    maxContextTokens: 10_000,
    tables: {
      prefill: {
        newTokens: { at: [1, 1001], ms: [10, 110] },
        prompts: { at: [1], ms: [0] },
        constantMs: 1,
        attention,
      },
      decode: { requests: { at: [1, 11], ms: [5, 15] }, attention },
    },
  });
}
