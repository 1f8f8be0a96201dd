import * as z from 'zod';
import type { Engine } from '../engines/engine.ts';
import { DEFAULT_ENGINE, type EngineConfig, type KvRouterConfig } from '../sim/config.ts';
import { UserError } from '../user-error.ts';
import { AIC_FIELDS, AIC_FIELDS_IN_VAIN, engineOf, poolOf } from './aic-arguments.ts';
import { parseJsonArgument } from './json-argument.ts';
import { knownByName, type NeutralValues, refuseUnsupported, warningsFor } from './key-support.ts';

export interface EngineArguments {
  readonly engine: EngineConfig;
  /** Whose pass times it has. */
  readonly timedBy: Engine;
  readonly speedupRatio: number;
  readonly decodeSpeedupRatio: number;
  readonly gpusPerWorker: number;
  /** Given here, it goes before the one of the router's own arguments. */
  readonly queuePolicy: KvRouterConfig['queuePolicy'] | undefined;
  readonly warnings: readonly string[];
}

const FLAG = '--extra-engine-args';

/** A limit that null lifts. */
const limit = z.int().min(1).nullable().optional();
const ratio = z.number().min(0).default(1);

/** Spelled in any case. */
function choice<const Choices extends readonly [string, ...string[]]>(choices: Choices) {
  const lowered = (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : value);
  return z.preprocess(lowered, z.enum(choices).optional());
}

const READ = {
  engine_type: choice(['vllm', 'sglang', 'trtllm']),
  num_gpu_blocks: limit,
  block_size: z.int().min(0).optional(),
  max_model_len: limit,
  max_num_seqs: limit,
  max_num_batched_tokens: limit,
  enable_prefix_caching: z.boolean().optional(),
  enable_chunked_prefill: z.boolean().optional(),
  speedup_ratio: ratio,
  decode_speedup_ratio: ratio,
  preemption_mode: choice(['lifo', 'fifo']),
  ...AIC_FIELDS,
  router_queue_policy: z.enum(['fcfs', 'lcfs', 'wspt']).nullable().optional(),
};

const NEUTRAL_ONLY: NeutralValues = {
  g1_backend: ['native'],
  dp_size: [1],
  aic_attention_dp_size: [1],
  worker_type: ['aggregated'],
  is_prefill: [false],
  is_decode: [false],
  planner_profile_data: [],
  aic_nextn: [],
  aic_nextn_accept_rates: [],
  num_g2_blocks: [0],
  num_g3_blocks: [0],
  enable_g4_storage: [false],
};

/** Keys that DynoSim takes and that change nothing in an aggregated replay. */
const WITHOUT_EFFECT = [
  'startup_time',
  'aic_comm_dtype',
  'aic_mtp_seed',
  'mem_fraction_static',
  'free_gpu_memory_fraction',
  'enable_local_indexer',
  'bootstrap_port',
  'handoff_session_timeout_ms',
  'kv_bytes_per_token',
  'kv_transfer_bandwidth',
  'kv_transfer_timing_mode',
  'offload_batch_size',
  'bandwidth_g1_to_g2_gbps',
  'bandwidth_g2_to_g1_gbps',
  'bandwidth_g2_to_g3_gbps',
  'bandwidth_g3_to_g2_gbps',
  'bandwidth_g2_to_g4_gbps',
  'bandwidth_g4_to_g2_gbps',
  'reasoning',
  'response_replay_trace_path',
  'zmq_kv_events_port',
  'zmq_replay_port',
  'sglang',
  'trtllm',
  'has_perf_model',
] as const;

const SCHEMA = z.strictObject({
  ...READ,
  ...knownByName(Object.keys(NEUTRAL_ONLY)),
  ...knownByName(WITHOUT_EFFECT),
});

/** The engine of `--extra-engine-args`: names and defaults are DynoSim's. */
export function parseEngineArguments(text: string): EngineArguments {
  const fields = parseJsonArgument(FLAG, text, SCHEMA);
  refuseUnsupported(FLAG, fields, NEUTRAL_ONLY);
  if (fields.engine_type !== undefined && fields.engine_type !== 'vllm') {
    throw new UserError(`${FLAG}: engine_type ${fields.engine_type} is not supported; only vllm is`);
  }
  const timedBy = engineOf(FLAG, fields);
  const blockSize = fields.block_size || DEFAULT_ENGINE.blockSize;
  const maxNumBatchedTokens = limitOf(fields.max_num_batched_tokens, DEFAULT_ENGINE.maxNumBatchedTokens);
  const pool = poolOf(FLAG, timedBy, {
    wantedBlocks: fields.num_gpu_blocks ?? undefined,
    blockSize,
    maxBatchedTokens: maxNumBatchedTokens,
    memoryShare: fields.gpu_memory_utilization ?? undefined,
  });
  const inVain = timedBy.profile === undefined ? [...WITHOUT_EFFECT, ...AIC_FIELDS_IN_VAIN] : WITHOUT_EFFECT;
  return {
    engine: {
      numGpuBlocks: pool.blocks,
      blockSize,
      maxNumSeqs: limitOf(fields.max_num_seqs, DEFAULT_ENGINE.maxNumSeqs),
      maxNumBatchedTokens,
      enablePrefixCaching: fields.enable_prefix_caching ?? DEFAULT_ENGINE.enablePrefixCaching,
      enableChunkedPrefill: fields.enable_chunked_prefill ?? DEFAULT_ENGINE.enableChunkedPrefill,
      preemptionMode: fields.preemption_mode ?? DEFAULT_ENGINE.preemptionMode,
      maxModelLen: limitOf(fields.max_model_len, DEFAULT_ENGINE.maxModelLen),
    },
    timedBy,
    speedupRatio: fields.speedup_ratio,
    decodeSpeedupRatio: fields.decode_speedup_ratio,
    gpusPerWorker: timedBy.profile?.gpusPerWorker ?? fields.aic_tp_size ?? 1,
    queuePolicy: fields.router_queue_policy ?? undefined,
    warnings: [...pool.warnings, ...warningsFor(FLAG, fields, inVain)],
  };
}

function limitOf(given: number | null | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  return given ?? Number.POSITIVE_INFINITY;
}
