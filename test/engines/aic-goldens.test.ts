import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { engineNamed, polynomialEngine, profileEngine } from '../../harness/engines/engine.ts';
import { kvCapacityTokens } from '../../harness/engines/kv-capacity.ts';
import { profileTiming } from '../../harness/engines/profile-timing.ts';
import { runReplay } from '../../harness/replay/run-replay.ts';
import type { PassTiming } from '../../harness/sim/pass-timing.ts';
import { simulate } from '../../harness/sim/simulate.ts';
import { compileRequests } from '../../harness/trace/compile-requests.ts';
import { readMooncake } from '../../harness/trace/mooncake.ts';
import { deriveProfile } from '../../scripts/engine-profiles/derive-profile.ts';
import { openGrids } from '../../scripts/engine-profiles/grid-file.ts';
import { parseReplayArguments } from '../../src/commands/replay-arguments.ts';
import { hasAicGoldens, readAicGolden } from './aic-golden.ts';

const GRIDS = fileURLToPath(new URL('../../../shared/engines/aic-grids', import.meta.url));

/** Milliseconds of the worked example of five requests; what is known only as a sum stands under the prefill. */
const PREFILL_MS: Readonly<Record<string, number>> = {
  '2 × 650 after 0': 66.919522,
  '3 × 2730 after 320': 437.051345,
  '1 × 8188 after 3150': 526.164371,
  '1 × 8189 after 11338': 638.458774,
  '1 × 473 after 19527': 54.77619,
};
const DECODE_MS: Readonly<Record<string, number>> = {
  '2 at 650': 10.991131,
  '4 at 1825': 11.26014,
  '4 at 1826': 0,
  '3 at 2335': 0,
  '1 at 20000': 0,
  '1 at 20001': 12.064469,
};

/** AIConfigurator's own answers, by the means a batch is priced by. */
const LOOKED_UP: PassTiming = {
  decodeFollowsContext: true,
  prefillMs(requests, sumIsl, sumPrefix) {
    const prefix = Math.floor(sumPrefix / requests);
    const newTokens = Math.floor(sumIsl / requests) - prefix;
    return known(PREFILL_MS, `${requests} × ${newTokens} after ${prefix}`);
  },
  decodeMs: (ready, sumContext) => known(DECODE_MS, `${ready} at ${Math.floor(sumContext / ready)}`),
};

function known(times: Readonly<Record<string, number>>, query: string): number {
  const ms = times[query];
  if (ms === undefined) throw new Error(`nobody should ask for ${query}`);
  return ms;
}

describe('the worked example', () => {
  it('is priced within 1.5 % by the tables', () => {
    const timing = profileTiming(profileOf('qwen3-32b-h200-tp2-vllm-0.14.0'));
    const prefill = (n: number, newTokens: number, prefix: number) =>
      timing.prefillMs(n, n * (newTokens + prefix), n * prefix);
    const decode = (m: number, context: number) => timing.decodeMs(m, m * context, 0, 1);
    const pairs = [
      [prefill(2, 650, 0), 66.919522],
      [decode(2, 650), 10.991131],
      [timing.prefillMs(3, 1000 + 5000 + 3150, 960), 437.051345],
      [timing.decodeMs(4, 1001 + 301 + 1000 + 5000, 0, 1), 11.26014],
      [prefill(1, 8188, 3150) + decode(4, 1826), 526.164371],
      [prefill(1, 8189, 11_338) + decode(3, 2335), 638.458774],
      [prefill(1, 473, 19_527) + decode(1, 20_000), 54.77619],
      [decode(1, 20_001), 12.064469],
    ] as const;
    for (const [ours, theirs] of pairs) expect(Math.abs(ours / theirs - 1)).toBeLessThan(0.015);
  });
});

function profileOf(name: string) {
  const { profile } = engineNamed(name);
  if (profile === undefined) throw new Error(`${name} has no tables`);
  return profile;
}

describe.runIf(hasAicGoldens)('DynoSim timed by AIConfigurator', () => {
  it('asks what we ask: the worked example is exact when its answers are looked up', () => {
    const { trace, flags, records } = readAicGolden('tiny_five');
    const { request } = parseReplayArguments([trace, ...flags]);
    const columns = compileRequests(readMooncake(trace, { traceBlockSize: 512 }), {
      blockSize: request.engine.blockSize,
      load: 'open',
    });
    const { outcomes } = simulate(columns, {
      engine: request.engine,
      timing: LOOKED_UP,
      workers: 1,
      router: { kind: 'round-robin' },
      load: { kind: 'open', speedup: 1 },
      maxSimTimeMs: Number.POSITIVE_INFINITY,
    });
    const times = Array.from({ length: columns.count }, (_, index) =>
      [
        columns.promptTokens[index],
        outcomes.arrivalMs[index],
        outcomes.firstTokenMs[index],
        outcomes.lastTokenMs[index],
        outcomes.reusedTokens[index],
      ].map((value) => Math.round((value ?? Number.NaN) * 1e6) / 1e6),
    );
    const expected = records.map((record) => [
      record['input_length'],
      record['arrival_time_ms'],
      record['first_token_ms'],
      record['last_token_ms'],
      record['reused_input_tokens'],
    ]);
    const inOrder = (rows: readonly (readonly unknown[])[]) => rows.map((row) => row.join(' ')).sort();
    expect(inOrder(times)).toEqual(inOrder(expected));
  });

  it.each([
    'tiny_one',
    'tiny_five',
    'tiny_lengths_qwen',
    'm25_b200_toolagent1000_w8_c64',
    'qwen_h200_conversation500_w8',
    'qwen_h200_toolagent500_speedup2',
    'qwen_h200_toolagent500_w4',
  ])('%s: means, medians and p90 within 2 %', (name) => {
    const { trace, flags, report } = readAicGolden(name);
    expectSameFigures(runReplay(parseReplayArguments([trace, ...flags]).request), report);
  });

  it.runIf(existsSync(GRIDS))('a machine without a profile, when one is derived for it: within 2 %', () => {
    const { trace, flags, report } = readAicGolden('qwen_h100_toolagent500_w4');
    const wanted = {
      ...{ slug: 'qwen3-32b', model: 'Qwen/Qwen3-32B', system: 'h100_sxm' },
      ...{ backend: 'vllm', version: '0.14.0', tp: 2 },
    };
    const profile = deriveProfile(wanted, openGrids(GRIDS)(wanted));
    const plain = flags.map((flag) => (flag.startsWith('{') ? '{}' : flag));
    const { request } = parseReplayArguments([trace, ...plain]);
    expect(request.timedBy).toEqual(polynomialEngine());
    const run = runReplay({
      ...request,
      timedBy: profileEngine(profile),
      gpusPerWorker: profile.gpusPerWorker,
      engine: { ...request.engine, numGpuBlocks: Math.floor(kvCapacityTokens(profile, 8192) / 64) },
    });
    expectSameFigures(run, report);
  });
});

/** Gaps between tokens are of two kinds, pure decode and decode beside prefill: where one ends, percentiles leap. */
function expectSameFigures(
  { report, result }: ReturnType<typeof runReplay>,
  expected: Readonly<Record<string, number>>,
): void {
  const ours = report as unknown as Readonly<Record<string, number>>;
  const off = (key: string) => Math.abs((ours[key] ?? Number.NaN) / (expected[key] ?? Number.NaN) - 1);
  const families = ['ttft_ms', 'tpot_ms', 'e2e_latency_ms'];
  const keys = families.flatMap((family) => [`mean_${family}`, `median_${family}`, `p90_${family}`]);
  const errors = [...keys, 'mean_itl_ms', 'p90_itl_ms', 'duration_ms', 'output_throughput_tok_s'].map(
    (key) => [key, off(key)] as const,
  );
  expect(errors.filter(([, error]) => !(error <= 0.02))).toEqual([]);
  const { itlMs } = result.gaps;
  expect(itlMs.percentile(46) * 0.998).toBeLessThanOrEqual(expected['median_itl_ms'] ?? 0);
  expect(itlMs.percentile(54) * 1.002).toBeGreaterThanOrEqual(expected['median_itl_ms'] ?? 0);
  const reuse = (key: string) => Math.abs((ours[key] ?? 1) - (expected[key] ?? 0));
  expect(reuse('prefix_cache_reused_ratio')).toBeLessThan(0.01);
  expect(ours['completed_requests']).toBe(expected['completed_requests']);
}
