import { describe, expect, it } from 'vitest';
import { parseEngineArguments } from '../../harness/replay/engine-arguments.ts';
import { DEFAULT_ENGINE } from '../../harness/sim/config.ts';
import { UserError } from '../../harness/user-error.ts';

function parse(fields: Readonly<Record<string, unknown>>) {
  return parseEngineArguments(JSON.stringify(fields));
}

function refusal(text: string): string {
  try {
    parseEngineArguments(text);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('--extra-engine-args', () => {
  it('has the defaults of the original', () => {
    expect(parse({})).toEqual({
      engine: DEFAULT_ENGINE,
      speedupRatio: 1,
      decodeSpeedupRatio: 1,
      gpusPerWorker: 1,
      queuePolicy: undefined,
      warnings: [],
    });
  });

  it('reads every field of the engine', () => {
    const { engine, ...rest } = parse({
      engine_type: 'vLLM',
      num_gpu_blocks: 100,
      block_size: 16,
      max_model_len: 5000,
      max_num_seqs: 8,
      max_num_batched_tokens: 512,
      enable_prefix_caching: false,
      enable_chunked_prefill: false,
      speedup_ratio: 2.5,
      decode_speedup_ratio: 0,
      preemption_mode: 'FIFO',
      aic_tp_size: 4,
      router_queue_policy: 'wspt',
    });
    expect(engine).toEqual({
      numGpuBlocks: 100,
      blockSize: 16,
      maxModelLen: 5000,
      maxNumSeqs: 8,
      maxNumBatchedTokens: 512,
      enablePrefixCaching: false,
      enableChunkedPrefill: false,
      preemptionMode: 'fifo',
    });
    expect(rest).toEqual({
      speedupRatio: 2.5,
      decodeSpeedupRatio: 0,
      gpusPerWorker: 4,
      queuePolicy: 'wspt',
      warnings: [],
    });
  });

  it('lifts a limit that is null, and takes the default block size for 0', () => {
    const { engine } = parse({ max_num_seqs: null, max_num_batched_tokens: null, block_size: 0 });
    expect(engine.maxNumSeqs).toBe(Number.POSITIVE_INFINITY);
    expect(engine.maxNumBatchedTokens).toBe(Number.POSITIVE_INFINITY);
    expect(engine.blockSize).toBe(64);
    expect(parse({ num_gpu_blocks: null }).engine.numGpuBlocks).toBe(16384);
  });

  it('accepts what changes nothing, with a warning', () => {
    expect(parse({ startup_time: 5, kv_transfer_bandwidth: null }).warnings).toEqual([
      '--extra-engine-args: startup_time has no effect on this replay',
    ]);
    expect(parse({ dp_size: 1, num_g2_blocks: 0, g1_backend: 'native' }).warnings).toEqual([]);
  });

  it.each<[string, string]>([
    ['{"block_sise": 64}', '--extra-engine-args: unknown key "block_sise"; did you mean "block_size"?'],
    ['{"block_size": "a"}', '--extra-engine-args: block_size is "a"; expected a number'],
    ['{"block_size": 1.5}', '--extra-engine-args: block_size is 1.5; expected an integer'],
    ['{"num_gpu_blocks": 0}', '--extra-engine-args: num_gpu_blocks is 0; expected at least 1'],
    ['{"speedup_ratio": -1}', '--extra-engine-args: speedup_ratio is -1; expected at least 0'],
    [
      '{"enable_prefix_caching": 1}',
      '--extra-engine-args: enable_prefix_caching is 1; expected a boolean, true or false',
    ],
    [
      '{"preemption_mode": "none"}',
      '--extra-engine-args: preemption_mode is "none"; expected one of "lifo", "fifo"',
    ],
    ['{"engine_type": "sglang"}', '--extra-engine-args: engine_type sglang is not supported; only vllm is'],
    [
      '{"num_g2_blocks": 10}',
      '--extra-engine-args: num_g2_blocks 10 is not supported; remove it or set it to 0',
    ],
    ['{"aic_backend": "vllm"}', '--extra-engine-args: aic_backend "vllm" is not supported; remove it'],
    ['[1]', `--extra-engine-args is [1]; expected a JSON object, such as '{"block_size": 64}'`],
  ])('refuses %s in words that help', (text, message) => {
    expect(refusal(text)).toBe(message);
  });

  it('lists the known keys when none is near', () => {
    expect(refusal('{"foo": 1}')).toMatch(
      /^--extra-engine-args: unknown key "foo"; the known keys are .*block_size, .*trtllm/,
    );
  });

  it('says where JSON is broken and what it should look like', () => {
    expect(refusal('{block_size: 64}')).toMatch(
      /^--extra-engine-args is not valid JSON \(.*position 1.*\); expected one object in single quotes, such as/,
    );
  });
});
