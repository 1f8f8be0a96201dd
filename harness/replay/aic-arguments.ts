import * as z from 'zod';
import { chooseProfile } from '../engines/choose-profile.ts';
import { type Engine, polynomialEngine, profileEngine } from '../engines/engine.ts';
import type { EngineProfile } from '../engines/engine-profile.ts';
import { kvCapacityTokens } from '../engines/kv-capacity.ts';
import { DEFAULT_ENGINE } from '../sim/config.ts';
import { UserError } from '../user-error.ts';

/** DynoSim's defaults when `aic_backend` is given. */
const DEFAULT_SYSTEM = 'h200_sxm';
const DEFAULT_BACKEND_VERSION = '0.19.0';

const name = z.string().min(1).nullable().optional();
const size = z.int().min(0).nullable().optional();

/** Keys that choose a modeled engine. */
export const AIC_FIELDS = {
  aic_backend: name,
  aic_system: name,
  aic_backend_version: name,
  aic_model_path: name,
  aic_tp_size: size,
  aic_moe_tp_size: size,
  aic_moe_ep_size: size,
  aic_gemm_dtype: name,
  aic_moe_dtype: name,
  aic_fmha_dtype: name,
  aic_kv_cache_dtype: name,
  gpu_memory_utilization: z.number().positive().max(1).nullable().optional(),
};

/** Those of them that say nothing without `aic_backend`. */
export const AIC_FIELDS_IN_VAIN = [
  'aic_system',
  'aic_backend_version',
  'aic_model_path',
  'aic_moe_tp_size',
  'aic_moe_ep_size',
  'aic_gemm_dtype',
  'aic_moe_dtype',
  'aic_fmha_dtype',
  'aic_kv_cache_dtype',
  'gpu_memory_utilization',
] as const;

const FIELDS = z.object(AIC_FIELDS);
type AicFields = z.infer<typeof FIELDS>;

/** The engine that the fields name; the polynomial when they name none. `flag` goes before the message of a UserError. */
export function engineOf(flag: string, fields: AicFields): Engine {
  const backend = fields.aic_backend;
  if (backend == null) return polynomialEngine();
  const model = fields.aic_model_path;
  if (model == null) throw new UserError(`${flag}: aic_backend needs aic_model_path, the model's name`);
  return withFlag(flag, () => {
    const profile = chooseProfile({
      model,
      backend,
      system: fields.aic_system ?? DEFAULT_SYSTEM,
      backendVersion: fields.aic_backend_version ?? DEFAULT_BACKEND_VERSION,
      tensorParallelism: fields.aic_tp_size ?? 1,
      moeTensorParallelism: fields.aic_moe_tp_size ?? undefined,
      moeExpertParallelism: fields.aic_moe_ep_size ?? undefined,
    });
    requirePrecision(profile, fields);
    return profileEngine(profile);
  });
}

export interface PoolWish {
  readonly wantedBlocks: number | undefined;
  readonly blockSize: number;
  readonly maxBatchedTokens: number;
  readonly memoryShare: number | undefined;
}

export interface Pool {
  readonly blocks: number;
  readonly warnings: readonly string[];
}

/** The KV pool of one worker, blocks: what is asked for, or what the engine's memory holds. */
export function poolOf(flag: string, { profile }: Engine, wish: PoolWish): Pool {
  const { wantedBlocks, blockSize, memoryShare } = wish;
  if (profile === undefined) return { blocks: wantedBlocks ?? DEFAULT_ENGINE.numGpuBlocks, warnings: [] };
  const maxBatchedTokens = Number.isFinite(wish.maxBatchedTokens)
    ? wish.maxBatchedTokens
    : DEFAULT_ENGINE.maxNumBatchedTokens;
  const capacity = Math.floor(kvCapacityTokens(profile, maxBatchedTokens, memoryShare) / blockSize);
  const gpus = `${profile.gpusPerWorker} GPUs of ${profile.system}`;
  if (wantedBlocks === undefined) {
    if (capacity > 0) return { blocks: capacity, warnings: [] };
    throw new UserError(
      `${flag}: ${profile.model} does not fit ${gpus}: no memory is left for KV blocks; raise gpu_memory_utilization or lower max_num_batched_tokens`,
    );
  }
  const tooMany = `${flag}: num_gpu_blocks ${wantedBlocks} is more than fits ${gpus}, which hold ${capacity}`;
  return { blocks: wantedBlocks, warnings: wantedBlocks > capacity ? [tooMany] : [] };
}

function requirePrecision({ name: profile, precision }: EngineProfile, fields: AicFields): void {
  const asked = [
    ['aic_gemm_dtype', precision.gemm],
    ['aic_moe_dtype', precision.moe],
    ['aic_fmha_dtype', precision.attention],
    ['aic_kv_cache_dtype', precision.kvCache],
  ] as const;
  for (const [key, measured] of asked) {
    const wanted = fields[key] ?? undefined;
    if (wanted === undefined || wanted === measured) continue;
    throw new UserError(
      `${key} is ${JSON.stringify(wanted)}, but ${profile} was measured with ${measured ?? 'none'}; remove it`,
    );
  }
}

function withFlag<Result>(flag: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${flag}: ${error.message}`) : error;
  }
}
