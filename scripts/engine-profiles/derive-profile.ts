import { type EngineProfile, withHash } from '../../harness/engines/engine-profile.ts';
import { kvCapacityTokens } from '../../harness/engines/kv-capacity.ts';
import type { TimingLine, TimingSurface, TimingTables } from '../../harness/sim/table-timing.ts';
import { UserError } from '../../harness/user-error.ts';
import { extrapolated, fitTotals } from './fit-totals.ts';
import type { Grid, GridFile, GridMemory } from './grid-file.ts';
import { refineTables } from './refine-tables.ts';
import { type ProfileRequest, profileName } from './shipped-profiles.ts';
import { thinLine, thinSurface } from './thin-tables.ts';

const MAX_CONTEXT_TOKENS = 131_072;
const LICENCE =
  'Apache-2.0: measurements and model of NVIDIA AIConfigurator, github.com/ai-dynamo/aiconfigurator';

/** The compact profile of a grid. A UserError when the tables are marked broken or the model does not fit. */
export function deriveProfile(request: ProfileRequest, { file, grid }: GridFile): EngineProfile {
  const { meta } = grid;
  if (meta.warning != null) throw new UserError(`${file}: these tables are marked broken: ${meta.warning}`);
  const { moeTp, moeEp } = request;
  const profile = withHash({
    schema: 1,
    name: profileName(request),
    model: meta.model,
    system: meta.system,
    backend: meta.backend,
    backendVersion: meta.version,
    parallelism: {
      tensor: meta.tp,
      ...(moeTp !== undefined && { moeTensor: moeTp }),
      ...(moeEp !== undefined && { moeExpert: moeEp }),
    },
    gpusPerWorker: meta.tp,
    precision: precisionOf(meta, moeTp !== undefined),
    source: {
      tool: 'aiconfigurator',
      toolVersion: toolVersion(grid, file),
      note: noteOf(grid),
      licence: LICENCE,
    },
    kvCache: memoryOf(grid, file),
    maxContextTokens: MAX_CONTEXT_TOKENS,
    tables: rounded(tablesOf(grid)),
  });
  if (kvCapacityTokens(profile, 8192) === 0) {
    throw new UserError(`${file}: ${meta.model} does not fit ${meta.tp} GPUs of ${meta.system}; raise tp`);
  }
  return profile;
}

function precisionOf(meta: Grid['meta'], hasExperts: boolean) {
  const known = (name: string | null | undefined) => name ?? 'unknown';
  return {
    gemm: known(meta.gemm ?? meta.gemm_quant_mode),
    ...(hasExperts && { moe: known(meta.moe ?? meta.moe_quant_mode) }),
    attention: known(meta.fmha ?? meta.fmha_quant_mode),
    kvCache: known(meta.kvcache ?? meta.kvcache_quant_mode),
  };
}

/** The wheel's version, or the commit of a source snapshot. */
function toolVersion({ meta }: Grid, file: string): string {
  const version =
    meta.aic_core ?? meta.aic ?? /\bgit ([0-9a-f]{7,40} \(\d{4}-\d\d-\d\d)/.exec(meta.source ?? '')?.[1];
  if (version === undefined) throw new UserError(`${file}: meta names no version of aiconfigurator`);
  return version.includes('(') ? `git ${version})` : version;
}

function noteOf({ meta, ctx_tok }: Grid): string {
  const [version, attention] = meta.version.split('+ctxattn');
  const measured = `${meta.backend} ${version} measured on ${meta.system}`;
  const mixed = attention === undefined ? '' : `, prefill attention of ${attention}`;
  return `${measured}${mixed}${ctx_tok === undefined ? '; separated into parts by least squares over totals' : ''}`;
}

function memoryOf(grid: Grid, file: string): EngineProfile['kvCache'] {
  const estimates = Object.entries(grid.kv).flatMap(([key, memory]) => {
    const [, tokens, share] = /^max_num_tokens=(\d+),fraction=([\d.]+)$/.exec(key) ?? [];
    return 'error' in memory || tokens === undefined
      ? []
      : [{ maxBatchedTokens: Number(tokens), memoryShare: Number(share), memory }];
  });
  const [first, second] = estimates;
  if (first === undefined || second === undefined) {
    throw new UserError(`${file}: no KV capacity; ${grid.meta.model} may not fit ${grid.meta.tp} GPUs`);
  }
  const { memory, memoryShare } = first;
  const split = memory.memory_breakdown;
  const bytesPerToken = bytesPerTokenOf(memory, second.memory);
  const kvCache = {
    gpuBytes: memory.total_gpu_capacity_bytes,
    memoryShare,
    weightBytes: Math.round(split.weights_bytes),
    overheadBytes: Math.round(split.runtime_overhead_bytes + split.comm_overhead_bytes),
    activationBytesPerBatchedToken: Math.round(split.activations_bytes / first.maxBatchedTokens),
    bytesPerToken,
  };
  // Layers with a sliding window hold a fixed amount: it counts as overhead.
  const tooMany = kvCapacityTokens({ kvCache }, first.maxBatchedTokens) - memory.total_kv_size_tokens;
  const corrected = {
    ...kvCache,
    overheadBytes: kvCache.overheadBytes + Math.max(0, tooMany) * bytesPerToken,
  };
  for (const { maxBatchedTokens, memory: estimate } of estimates) {
    const tokens = kvCapacityTokens({ kvCache: corrected }, maxBatchedTokens);
    if (Math.abs(tokens - estimate.total_kv_size_tokens) > 1) {
      throw new UserError(`${file}: KV capacity at ${maxBatchedTokens} tokens is not ${tokens} as computed`);
    }
  }
  return corrected;
}

/** What one more token costs, from two estimates: less than the stated bytes when some layers keep only a window. */
function bytesPerTokenOf(first: GridMemory, second: GridMemory): number {
  const spared = first.memory_breakdown.activations_bytes - second.memory_breakdown.activations_bytes;
  const slope = spared / (second.total_kv_size_tokens - first.total_kv_size_tokens);
  const stated = first.kv_size_per_token_bytes;
  return Math.abs(slope / stated - 1) < 0.01 ? stated : Math.round(slope);
}

function tablesOf(grid: Grid): TimingTables {
  const { ctx_tok, logits, ctx_attn, gen_tok, gen_attn } = grid;
  if (!(ctx_tok && logits && ctx_attn && gen_tok && gen_attn)) return fitTotals(grid);
  const requests: TimingLine = { at: gen_tok.batch, ms: gen_tok.ms };
  const { prefill, decode } = refineTables(
    {
      prefill: {
        newTokens: { at: ctx_tok.tokens, ms: ctx_tok.ms },
        prompts: thinLine(withoutRepeats({ at: logits.rows, ms: logits.ms })),
        constantMs: ctx_attn.const_ms,
        attention: prefillAttention(ctx_attn),
      },
      decode: { requests, attention: decodeAttention(gen_attn) },
    },
    grid,
  );
  return { prefill, decode: { requests, attention: thinSurface(decode.attention, requests) } };
}

/** Beyond the measured cells attention grows in proportion to the batch. */
function prefillAttention({ full_s, batch, const_ms, ms }: NonNullable<Grid['ctx_attn']>): TimingSurface {
  return {
    contexts: full_s,
    batches: batch,
    ms: ms.map((row) => {
      const filled: number[] = [];
      row.forEach((cell, column) => {
        const grown = ((filled.at(-1) ?? 0) * (batch[column] ?? 1)) / (batch[column - 1] ?? 1);
        filled.push(cell === null ? grown : Math.max(0, cell - const_ms));
      });
      return filled;
    }),
  };
}

function decodeAttention({ batch, ctx, ms }: NonNullable<Grid['gen_attn']>): TimingSurface {
  const columns = ms.map((column) => extrapolated(ctx, column));
  return {
    contexts: ctx,
    batches: batch,
    ms: ctx.map((_, row) => columns.map((column) => column[row] ?? 0)),
  };
}

function withoutRepeats({ at, ms }: TimingLine): TimingLine {
  const kept = at.map((_, index) => index).filter((index) => at[index] !== at[index - 1]);
  return { at: kept.map((index) => at[index] ?? 0), ms: kept.map((index) => ms[index] ?? 0) };
}

/** Six significant digits. */
function rounded(tables: TimingTables): EngineProfile['tables'] {
  const text = JSON.stringify(tables, (_, value) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value,
  );
  return JSON.parse(text);
}
