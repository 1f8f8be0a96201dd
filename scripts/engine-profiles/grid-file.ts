import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { UserError } from '../../harness/user-error.ts';
import type { ProfileRequest } from './shipped-profiles.ts';

const numbers = z.array(z.number());
/** A cell is null where the grid was not measured. */
const cells = z.array(z.array(z.number().nullable()));
const rows = z.object({ rows: cells });

const memory = z.object({
  total_gpu_capacity_bytes: z.number(),
  total_kv_size_tokens: z.int(),
  kv_size_per_token_bytes: z.number(),
  memory_breakdown: z.object({
    weights_bytes: z.number(),
    activations_bytes: z.number(),
    runtime_overhead_bytes: z.number(),
    comm_overhead_bytes: z.number(),
  }),
});

const metaSchema = z.object({
  model: z.string(),
  system: z.string(),
  backend: z.string(),
  version: z.string(),
  tp: z.int(),
  moe_tp: z.int().nullish(),
  moe_ep: z.int().nullish(),
  gemm: z.string().nullish(),
  moe: z.string().nullish(),
  fmha: z.string().nullish(),
  kvcache: z.string().nullish(),
  gemm_quant_mode: z.string().nullish(),
  moe_quant_mode: z.string().nullish(),
  fmha_quant_mode: z.string().nullish(),
  kvcache_quant_mode: z.string().nullish(),
  aic: z.string().nullish(),
  aic_core: z.string().nullish(),
  source: z.string().nullish(),
  /** Why the tables are not to be trusted. */
  warning: z.string().nullish(),
});

/**
 * Pass times of one model on one machine as `aic_grids.py` writes them, ms. Prefill: what depends on the new tokens of
 * a pass, on its prompts, and attention over `full_s` × `batch`. Decode: what depends on the batch, and attention over
 * `batch` × `ctx`, which counts the new token. Where AIConfigurator gives totals alone, there are only the two grids.
 */
const gridSchema = z.object({
  meta: metaSchema,
  ctx_tok: z.object({ tokens: numbers, ms: numbers }).optional(),
  logits: z.object({ rows: numbers, ms: numbers }).optional(),
  ctx_attn: z.object({ full_s: numbers, batch: numbers, const_ms: z.number(), ms: cells }).optional(),
  gen_tok: z.object({ batch: numbers, ms: numbers }).optional(),
  gen_attn: z.object({ batch: numbers, ctx: numbers, ms: cells }).optional(),
  /** [batch, new tokens, prefix, ms] and [batch, context with the new token, ms]. */
  prefill_grid: rows,
  decode_grid: rows,
  /** Totals at random points, in the same columns. */
  checks: z.object({ prefill: rows, decode: rows }).optional(),
  kv: z.record(z.string(), z.union([memory, z.object({ error: z.string() })])),
});

export type Grid = z.infer<typeof gridSchema>;
export type GridMemory = z.infer<typeof memory>;

export interface GridFile {
  readonly file: string;
  readonly grid: Grid;
}

/** The grid files of a folder, by what their `meta` says they are. */
export function openGrids(folder: string): (request: ProfileRequest) => GridFile {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.json') && !name.startsWith('_'))
    .sort()
    .map((name) => path.join(folder, name));
  const opened = new Map(files.map((file) => [file, undefined as GridFile | undefined]));
  const open = (file: string) => {
    const known = opened.get(file) ?? { file, grid: readGrid(file) };
    opened.set(file, known);
    return known;
  };
  return (request) => {
    const found = files.find((file) => isOf(open(file).grid.meta, request));
    if (found !== undefined) return open(found);
    const { model, system, backend, version, tp } = request;
    throw new UserError(`${folder} has no grid of ${model}, ${system}, ${backend} ${version}, tp ${tp}`);
  };
}

export function readGrid(file: string): Grid {
  const parsed = gridSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UserError(`${file} is no grid file: ${issue?.path.join('.')}: ${issue?.message}`);
}

function isOf(meta: Grid['meta'], request: ProfileRequest): boolean {
  return (
    meta.model === request.model &&
    meta.system === request.system &&
    meta.backend === request.backend &&
    meta.version === request.version &&
    meta.tp === request.tp &&
    (meta.moe_tp ?? undefined) === request.moeTp &&
    (meta.moe_ep ?? undefined) === request.moeEp
  );
}
