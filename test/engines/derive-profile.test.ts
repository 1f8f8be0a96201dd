import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { kvCapacityTokens } from '../../harness/engines/kv-capacity.ts';
import { profileTiming } from '../../harness/engines/profile-timing.ts';
import { profileNamed } from '../../harness/engines/profiles.ts';
import { checkProfile } from '../../scripts/engine-profiles/check-profile.ts';
import { deriveProfile } from '../../scripts/engine-profiles/derive-profile.ts';
import { type Grid, openGrids } from '../../scripts/engine-profiles/grid-file.ts';
import { profileName, SHIPPED_PROFILES } from '../../scripts/engine-profiles/shipped-profiles.ts';

const GRIDS = fileURLToPath(new URL('../../../shared/engines/aic-grids', import.meta.url));
const REQUEST = {
  ...{ slug: 'small', model: 'example/Small', system: 'h200_sxm' },
  ...{ backend: 'vllm', version: '1.2.3', tp: 2 },
};

/** Pass times of a made-up machine, so that every part of a grid is known in closed form. */
const prefillTokensMs = (tokens: number) => 5 + tokens / 50;
const prefillAttentionMs = (batch: number, length: number) => 1 + (batch * length * length) / 1e6;
const decodeRequestsMs = (batch: number) => 4 + batch / 10;
const decodeAttentionMs = (batch: number, context: number) => 0.5 + (batch * context) / 1e5;

const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128];
const LENGTHS = [1, 64, 512, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072];

function prefillMs(batch: number, newTokens: number, prefix: number): number {
  const length = newTokens + prefix;
  const uncached = (length * length - prefix * prefix) / (length * length);
  return prefillTokensMs(batch * newTokens) + 1 + (prefillAttentionMs(batch, length) - 1) * uncached;
}

function grid(meta: Partial<Grid['meta']> = {}): Grid {
  const memory = (batchedTokens: number) => {
    const parts = {
      weights_bytes: 60_000_000_000,
      activations_bytes: 100_000 * batchedTokens,
      runtime_overhead_bytes: 3_000_000_000,
      comm_overhead_bytes: 500_000_000,
    };
    const used = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
    return {
      total_gpu_capacity_bytes: 140_000_000_000,
      total_kv_size_tokens: Math.floor((126_000_000_000 - used) / 100_000),
      kv_size_per_token_bytes: 100_000,
      memory_breakdown: parts,
    };
  };
  const cells = BATCHES.flatMap((batch) => LENGTHS.slice(1, 9).map((length) => [batch, length] as const));
  return {
    meta: {
      model: 'example/Small',
      system: 'h200_sxm',
      backend: 'vllm',
      version: '1.2.3',
      tp: 2,
      aic: '0.1',
      ...meta,
    },
    ctx_tok: { tokens: [1, 65_536], ms: [1, 65_536].map(prefillTokensMs) },
    logits: { rows: BATCHES, ms: BATCHES.map(() => 0) },
    ctx_attn: {
      full_s: LENGTHS,
      batch: BATCHES,
      const_ms: 1,
      ms: LENGTHS.map((length) =>
        BATCHES.map((batch) => (batch * length > 4_000_000 ? null : prefillAttentionMs(batch, length))),
      ),
    },
    gen_tok: { batch: [1, 1024], ms: [1, 1024].map(decodeRequestsMs) },
    gen_attn: {
      batch: BATCHES,
      ctx: LENGTHS,
      ms: BATCHES.map((batch) => LENGTHS.map((context) => decodeAttentionMs(batch, context))),
    },
    prefill_grid: {
      rows: cells.flatMap(([batch, length]) =>
        [0, 512, 8192].map((prefix) => [batch, length, prefix, prefillMs(batch, length, prefix)]),
      ),
    },
    decode_grid: {
      rows: [...BATCHES, 3, 24, 96].flatMap((batch) =>
        LENGTHS.slice(1).map((context) => [
          ...[batch, context],
          decodeRequestsMs(batch) + decodeAttentionMs(batch, context),
        ]),
      ),
    },
    kv: {
      'max_num_tokens=2048,fraction=0.9': memory(2048),
      'max_num_tokens=8192,fraction=0.9': memory(8192),
    },
  };
}

function derived(source: Grid) {
  return deriveProfile(REQUEST, { file: 'grid.json', grid: source });
}

describe('a derived profile', () => {
  it('says what it is made of', () => {
    expect(derived(grid())).toMatchObject({
      name: 'small-h200-tp2-vllm-1.2.3',
      model: 'example/Small',
      gpusPerWorker: 2,
      parallelism: { tensor: 2 },
      source: { tool: 'aiconfigurator', toolVersion: '0.1', note: 'vllm 1.2.3 measured on h200_sxm' },
    });
  });

  it('has the pass times of its source, also where nothing was measured', () => {
    const profile = derived(grid());
    const timing = profileTiming(profile);
    for (const [batch, newTokens, prefix] of [
      [1, 1, 0],
      [3, 700, 90],
      [5, 3000, 40_000],
      [64, 100, 100_000],
    ] as const) {
      const ms = timing.prefillMs(batch, batch * (newTokens + prefix), batch * prefix);
      expect(Math.abs(ms / prefillMs(batch, newTokens, prefix) - 1)).toBeLessThan(0.01);
    }
    const decode = timing.decodeMs(100, 100 * 9999, 0, 1);
    expect(Math.abs(decode / (decodeRequestsMs(100) + decodeAttentionMs(100, 10_000)) - 1)).toBeLessThan(
      0.01,
    );
    expect(checkProfile(profile, grid())).toMatchObject({ points: 178, isWithinLimits: true });
  });

  it('has the KV capacity of its source', () => {
    expect(kvCapacityTokens(derived(grid()), 8192)).toBe(616_808);
    expect(kvCapacityTokens(derived(grid()), 2048)).toBe(622_952);
  });

  it('is the same every time', () => {
    expect(derived(grid())).toEqual(derived(grid()));
  });

  it('follows a source that has totals alone', () => {
    const { prefill_grid, decode_grid, kv, meta } = grid();
    const totals: Grid = { prefill_grid, decode_grid, kv, meta };
    const check = checkProfile(derived(totals), grid());
    expect(check.isWithinLimits).toBe(true);
    expect(derived(totals).source.note).toMatch(/separated into parts by least squares over totals$/);
  });

  it('is not made of tables that are marked broken', () => {
    expect(() => derived(grid({ warning: 'faster than the chip' }))).toThrow(
      'grid.json: these tables are marked broken: faster than the chip',
    );
  });

  it('is not made of a model that does not fit its GPUs', () => {
    const source = grid();
    const heavy = { ...source, kv: { 'max_num_tokens=2048,fraction=0.9': { error: 'out of memory' } } };
    expect(() => derived(heavy)).toThrow('example/Small may not fit 2 GPUs');
  });

  it('fails its check when its numbers are off', () => {
    const slower = grid();
    for (const row of slower.prefill_grid.rows) row[3] = (row[3] ?? 0) * 1.1;
    const check = checkProfile(derived(grid()), slower);
    expect(check.isWithinLimits).toBe(false);
    expect(check.worst[0]?.error).toBeCloseTo(1 - 1 / 1.1, 3);
    expect(check.worst).toHaveLength(5);
  });

  it('needs a grid of exactly its engine', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'grids-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(path.join(folder, 'a.json'), JSON.stringify(grid()));
    const find = openGrids(folder);
    expect(find(REQUEST).file).toBe(path.join(folder, 'a.json'));
    expect(() => find({ ...REQUEST, tp: 4 })).toThrow(
      `${folder} has no grid of example/Small, h200_sxm, vllm 1.2.3, tp 4`,
    );
  });
});

describe.runIf(existsSync(GRIDS))('every profile that comes along', () => {
  const find = openGrids(GRIDS);
  it.each(SHIPPED_PROFILES.map((request) => [profileName(request), request] as const))(
    '%s is what its source gives, within 1 % in the mean and 3 % in 95 of 100 points',
    (name, request) => {
      const source = find(request);
      const profile = profileNamed(name);
      if (profile === undefined) throw new Error(`${name} is missing`);
      expect(profile).toEqual(deriveProfile(request, source));
      const check = checkProfile(profile, source.grid);
      expect(check.points).toBe(200);
      expect(check.mean).toBeLessThan(0.01);
      expect(check.p95).toBeLessThan(0.03);
    },
  );
});
