import { describe, expect, it } from 'vitest';
import { polynomialEngine } from '../../harness/engines/engine.ts';
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
      timedBy: polynomialEngine(),
      speedupRatio: 1,
      decodeSpeedupRatio: 1,
      gpusPerWorker: 1,
      queuePolicy: undefined,
      warnings: [],
    });
  });

  it('reads every field of the engine', () => {
    const { engine, timedBy, ...rest } = parse({
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
    expect(timedBy.name).toBe('polynomial');
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
    ['{"aic_backend": "vllm"}', "--extra-engine-args: aic_backend needs aic_model_path, the model's name"],
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

describe('a modeled engine in --extra-engine-args', () => {
  const MINIMAX = {
    aic_backend: 'vllm',
    aic_model_path: 'MiniMaxAI/MiniMax-M2.5',
    aic_system: 'b200_sxm',
    aic_tp_size: 4,
  };
  const QWEN = { ...MINIMAX, aic_model_path: 'Qwen/Qwen3-32B', aic_system: 'h200_sxm', aic_tp_size: 2 };

  it('is found by model, machine, version and parallelism, with its GPUs and its memory', () => {
    const { engine, timedBy, gpusPerWorker, warnings } = parse({
      ...MINIMAX,
      aic_moe_tp_size: 4,
      aic_moe_ep_size: 1,
      aic_backend_version: '0.14.0',
    });
    expect(timedBy.name).toBe('minimax-m2.5-fp8-b200-tp4-vllm-0.14.0');
    expect({ gpusPerWorker, warnings }).toEqual({ gpusPerWorker: 4, warnings: [] });
    expect(engine.numGpuBlocks).toBe(Math.floor(3_512_879 / 64));
  });

  it('is of the version DynoSim takes when none is given', () => {
    expect(parse(MINIMAX).timedBy.name).toBe('minimax-m2.5-fp8-b200-tp4-vllm-0.19.0');
  });

  it.each([
    [{ ...MINIMAX }, 54_888],
    [{ ...MINIMAX, max_num_batched_tokens: 2048 }, 55_260],
    [{ ...QWEN, aic_backend_version: '0.14.0' }, 11_742],
    [{ ...QWEN, aic_backend_version: '0.14.0', block_size: 512 }, 1467],
    [{ ...MINIMAX, num_gpu_blocks: 123 }, 123],
    [{ ...MINIMAX, num_gpu_blocks: null, max_num_batched_tokens: null }, 54_888],
  ])('%j has %d KV blocks', (fields, blocks) => {
    expect(parse(fields).engine.numGpuBlocks).toBe(blocks);
  });

  it('has a larger pool when it may use more memory', () => {
    const pool = (share: number) => parse({ ...MINIMAX, gpu_memory_utilization: share }).engine.numGpuBlocks;
    expect(pool(0.9)).toBe(54_888);
    expect(pool(0.95)).toBeGreaterThan(54_888);
  });

  it('warns of a pool that is larger than its memory', () => {
    expect(parse({ ...MINIMAX, num_gpu_blocks: 60_000 }).warnings).toEqual([
      '--extra-engine-args: num_gpu_blocks 60000 is more than fits 4 GPUs of b200_sxm, which hold 54888',
    ]);
  });

  it.each<[Readonly<Record<string, unknown>>, string]>([
    [
      { ...QWEN, aic_model_path: 'meta-llama/Llama-2-7b' },
      'there is no engine profile of the model meta-llama/Llama-2-7b, but of deepseek-ai/DeepSeek-V3, openai/gpt-oss-120b, nvidia/Llama-3.1-70B-Instruct-FP8, MiniMaxAI/MiniMax-M2.5, Qwen/Qwen3-32B, Qwen/Qwen3-235B-A22B-FP8',
    ],
    [
      QWEN,
      'there is no engine profile of Qwen/Qwen3-32B for vllm 0.19.0 on h200_sxm, tp 2, but for vllm 0.19.0 on b200_sxm, tp 2; vllm 0.12.0 on h200_sxm, tp 2; vllm 0.14.0 on h200_sxm, tp 2',
    ],
    [
      { ...MINIMAX, aic_tp_size: 8, aic_moe_ep_size: 8 },
      'there is no engine profile of MiniMaxAI/MiniMax-M2.5 for vllm 0.19.0 on b200_sxm, tp 8 (experts: ep 8), but for vllm 0.14.0 on b200_sxm, tp 4 (experts: tp 4, ep 1); vllm 0.19.0 on b200_sxm, tp 4 (experts: tp 4, ep 1); vllm 0.19.0+ctxattn0.18.0 on h200_sxm, tp 4 (experts: tp 4, ep 1)',
    ],
    [
      { ...MINIMAX, aic_gemm_dtype: 'bfloat16' },
      'aic_gemm_dtype is "bfloat16", but minimax-m2.5-fp8-b200-tp4-vllm-0.19.0 was measured with fp8_block; remove it',
    ],
    [
      { ...MINIMAX, gpu_memory_utilization: 0.2 },
      'MiniMaxAI/MiniMax-M2.5 does not fit 4 GPUs of b200_sxm: no memory is left for KV blocks; raise gpu_memory_utilization or lower max_num_batched_tokens',
    ],
  ])('refuses %j and says what there is', (fields, message) => {
    expect(refusal(JSON.stringify(fields))).toBe(`--extra-engine-args: ${message}`);
  });

  it('is not chosen by half of the keys', () => {
    const { timedBy, warnings } = parse({ aic_system: 'b200_sxm', aic_tp_size: 4 });
    expect(timedBy.name).toBe('polynomial');
    expect(warnings).toEqual(['--extra-engine-args: aic_system has no effect on this replay']);
  });
});
