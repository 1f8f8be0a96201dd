import { Rng } from '../../harness/ds/rng.ts';
import type { EngineProfile } from '../../harness/engines/engine-profile.ts';
import { profileTiming } from '../../harness/engines/profile-timing.ts';
import type { Grid } from './grid-file.ts';

const POINTS_PER_PART = 100;
/** What a profile must keep to. */
const MEAN_LIMIT = 0.01;
const P95_LIMIT = 0.03;
const WORST_SHOWN = 5;

interface CheckedPoint {
  /** What was asked, e.g. `prefill of 4 × 512 tokens after 2048`. */
  readonly query: string;
  readonly sourceMs: number;
  readonly profileMs: number;
  /** |profile / source − 1|. */
  readonly error: number;
}

export interface ProfileCheck {
  readonly points: number;
  readonly mean: number;
  readonly p95: number;
  readonly worst: readonly CheckedPoint[];
  readonly prefillMean: number;
  readonly decodeMean: number;
  readonly isWithinLimits: boolean;
}

/**
 * A profile beside its source at random points: up to 32 prompts of 8k new tokens after 64k, up to 512 requests that
 * decode at 64k.
 */
export function checkProfile(profile: EngineProfile, grid: Grid): ProfileCheck {
  const timing = profileTiming(profile);
  const random = new Rng(1);
  const source = grid.checks ?? { prefill: grid.prefill_grid, decode: grid.decode_grid };
  const prefill = sample(measured(source.prefill.rows).filter(isCommonPrefill), random).map(
    ([batch = 1, newTokens = 1, prefix = 0, ms = 1]) =>
      point(
        `prefill of ${batch} × ${newTokens} tokens after ${prefix}`,
        ms,
        timing.prefillMs(batch, batch * (newTokens + prefix), batch * prefix),
      ),
  );
  const decode = sample(measured(source.decode.rows).filter(isCommonDecode), random).map(
    ([batch = 1, attended = 1, ms = 1]) =>
      point(`decode of ${batch} at ${attended}`, ms, timing.decodeMs(batch, batch * (attended - 1), 0, 1)),
  );
  const points = [...prefill, ...decode].sort((a, b) => b.error - a.error);
  const mean = meanError(points);
  const p95 = points[Math.floor(points.length * 0.05)]?.error ?? 0;
  return {
    points: points.length,
    mean,
    p95,
    worst: points.slice(0, WORST_SHOWN),
    prefillMean: meanError(prefill),
    decodeMean: meanError(decode),
    isWithinLimits: points.length > 0 && mean <= MEAN_LIMIT && p95 <= P95_LIMIT,
  };
}

function isCommonPrefill([batch = 0, newTokens = 0, prefix = 0]: readonly number[]): boolean {
  return batch <= 32 && newTokens <= 8192 && prefix <= 65_536;
}

function isCommonDecode([batch = 0, attended = 0]: readonly number[]): boolean {
  return batch <= 512 && attended <= 65_536;
}

function point(query: string, sourceMs: number, profileMs: number): CheckedPoint {
  return { query, sourceMs, profileMs, error: Math.abs(profileMs / sourceMs - 1) };
}

function meanError(points: readonly CheckedPoint[]): number {
  return points.reduce((sum, { error }) => sum + error, 0) / points.length;
}

/** Draws without putting back. */
function sample(rows: readonly number[][], random: Rng): number[][] {
  const left = [...rows];
  const drawn: number[][] = [];
  while (drawn.length < POINTS_PER_PART && left.length > 0)
    drawn.push(...left.splice(random.int(left.length), 1));
  return drawn;
}

function measured(rows: Grid['prefill_grid']['rows']): number[][] {
  return rows.filter((row): row is number[] => row.every((cell) => cell !== null));
}
