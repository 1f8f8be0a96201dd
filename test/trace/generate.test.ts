import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { defaultTrace } from '../../harness/trace/default-trace.ts';
import { type GeneratedRow, generateTrace, traceText } from '../../harness/trace/generate.ts';
import { parseMooncake } from '../../harness/trace/mooncake.ts';
import { traceProfile } from '../../harness/trace/trace-profile.ts';
import recipe from '../../traces/toolagent-like.json' with { type: 'json' };
import { complaint } from './small-trace.ts';

const HOUR_MINUTES = 59;

describe.each([1, 2, 3])('a generated hour with seed %d', (seed) => {
  const rows = generateTrace({ seed, durationMinutes: HOUR_MINUTES });
  const profile = traceProfile(parseMooncake(traceText(rows), 'generated.jsonl'));

  it('has the rate of the real trace', () => {
    expectWithin(profile.requests, 23_608, 0.03);
    expect(profile.warnings).toEqual([]);
  });

  it('hits an infinite cache in 54 to 56 % of its blocks, mostly in the 20 hottest', () => {
    expect(profile.reuse.blockHit).toBeGreaterThanOrEqual(0.54);
    expect(profile.reuse.blockHit).toBeLessThanOrEqual(0.56);
    expectWithin(profile.reuse.hottest20Share, 0.61, 0.05);
    expectWithin(profile.reuse.uniqueBlocks, 184_000, 0.05);
  });

  it('has prompts and outputs like the real trace', () => {
    const { promptTokens: prompt, outputTokens: output } = profile;
    expectWithin(prompt.mean, 8_597, 0.05);
    expectWithin(prompt.p10, 2_054, 0.12);
    expectWithin(prompt.p50, 6_358, 0.03);
    expectWithin(prompt.p90, 16_764, 0.06);
    expectWithin(prompt.p99, 61_671, 0.2);
    expect(prompt.max).toBeLessThanOrEqual(126_195);
    expectWithin(output.mean, 182.6, 0.05);
    expect([output.p10, output.max]).toEqual([3, 2000]);
    expectWithin(output.p50, 30, 0.1);
    expectWithin(output.p90, 507, 0.03);
    expectWithin(output.p99, 898, 0.06);
  });

  it('reuses 38 to 40 % of its tokens on eight round-robin workers of 4,096 blocks', () => {
    expect(roundRobinReuse(rows, 8, 4096)).toBeGreaterThanOrEqual(0.38);
    expect(roundRobinReuse(rows, 8, 4096)).toBeLessThanOrEqual(0.4);
  });

  it('starts each request on a shared root', () => {
    const roots = new Set(rows.map((row) => row.hash_ids[0]));
    expect(roots.size).toBe(3);
    const chats = rows.filter((row) => row.hash_ids[0] === 0).length;
    expectWithin(chats / rows.length, 0.45, 0.05);
  });
});

describe('the generator', () => {
  it('gives the same bytes for a seed everywhere and other bytes for another', () => {
    const digest = (seed: number) => sha256(traceText(generateTrace({ seed, durationMinutes: 3 })));
    expect(digest(1)).toBe('29446611089bde423ff32df7e82a11b55c759a171f356cc03f735357db703d96');
    expect(digest(2)).not.toBe(digest(1));
  });

  it('arrives on whole ticks, in order, within its duration', () => {
    const rows = generateTrace({ seed: 4, durationMinutes: 2 });
    expect(rows.every(({ timestamp }) => timestamp % recipe.tickMs === 0 && timestamp < 120_000)).toBe(true);
    expect(rows.every(({ timestamp }, index) => timestamp >= (rows[index - 1]?.timestamp ?? 0))).toBe(true);
  });

  it('covers every prompt with exactly as many blocks as it needs', () => {
    for (const row of generateTrace({ seed: 4, durationMinutes: 5 })) {
      expect(row.hash_ids).toHaveLength(Math.ceil(row.input_length / recipe.traceBlockSize));
    }
  });

  it('multiplies rates by its scale', () => {
    const count = (scale: number) => generateTrace({ seed: 1, durationMinutes: 30, scale }).length;
    expectWithin(count(3) / count(1), 3, 0.05);
    expectWithin(count(0.25) / count(1), 0.25, 0.08);
  });

  it('can stop after a number of requests', () => {
    const all = generateTrace({ seed: 1, durationMinutes: 5 });
    expect(generateTrace({ seed: 1, durationMinutes: 5, requests: 100 })).toEqual(all.slice(0, 100));
  });

  it.each([
    [{ seed: 1.5, durationMinutes: 1 }, 'seed is 1.5; expected an integer'],
    [{ seed: 1, durationMinutes: 0 }, 'minutes is 0; expected more than 0'],
    [{ seed: 1, durationMinutes: Number.NaN }, 'minutes is NaN'],
    [{ seed: 1, durationMinutes: 1, scale: -1 }, 'scale is -1'],
    [{ seed: 1, durationMinutes: 1, requests: 0 }, 'requests is 0'],
  ])('refuses %j', (options, message) => {
    expect(complaint(() => generateTrace(options))).toContain(message);
  });
});

describe('the default trace', () => {
  it('is ten minutes of generated traffic, the same every time', () => {
    const trace = defaultTrace();
    expect(trace.hash).toBe('be8f9684f78b0f7c1a33c9953221ff463ad7331bafeee0dd61177a7c50334676');
    expect(trace.rows.count).toBeGreaterThan(3000);
    expect(trace.rows.timestampMs.at(-1)).toBe(597_000);
    expect(trace.warnings).toEqual([]);
  });
});

/** Tokens found in least-recently-used caches when requests go to the workers in turn ÷ prompt tokens. */
function roundRobinReuse(rows: readonly GeneratedRow[], workers: number, capacity: number): number {
  const caches = Array.from({ length: workers }, () => new Set<number>());
  let reused = 0;
  rows.forEach(({ hash_ids: ids }, index) => {
    const cache = caches[index % workers] ?? new Set();
    const miss = ids.findIndex((id) => !cache.has(id));
    reused += (miss < 0 ? ids.length : miss) * recipe.traceBlockSize;
    for (const id of ids.toReversed()) {
      cache.delete(id);
      cache.add(id);
    }
    for (const oldest of cache) {
      if (cache.size <= capacity) break;
      cache.delete(oldest);
    }
  });
  return reused / rows.reduce((sum, row) => sum + row.input_length, 0);
}

function expectWithin(value: number, target: number, tolerance: number): void {
  expect(Math.abs(value / target - 1), `${value} against ${target}`).toBeLessThanOrEqual(tolerance);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
