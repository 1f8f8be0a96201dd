import type { TimingSurface } from '../../harness/sim/table-timing.ts';

/** Decode attention known at a batch and a context, ms. */
export interface DecodePoint {
  readonly batch: number;
  readonly context: number;
  readonly ms: number;
}

/**
 * Between two measured batches AIConfigurator interpolates as long as both were measured at a context. Beyond that it
 * scales the smaller batch in proportion, up to the larger one, where it jumps back to the measured value. It asks for
 * five contexts from 0.9 to 1.1 times the wanted one and averages: at the frontier itself, two of them are beyond it.
 */
const SHARE_AT_FRONTIER = 0.4;
const SPREAD = 0.1;
/** What can't be told apart from a straight line says nothing about the frontier. */
const LEAST_DIFFERENCE = 0.02;

/** Adds a column right before each batch where attention jumps, as far as the points show where it does. */
export function withFrontier(surface: TimingSurface, points: readonly DecodePoint[]): TimingSurface {
  const { batches, contexts } = surface;
  const brackets = batches.slice(1).map((upper, index) => ({ lower: batches[index] ?? 1, upper, index }));
  const frontiers = brackets.map(({ lower, upper, index }) => {
    const inside = points.filter(({ batch }) => batch > lower && batch < upper);
    return inside.length === 0 ? undefined : frontierOf(inside, surface, index);
  });
  const known = frontiers.findIndex((frontier) => frontier !== undefined);
  // Requests times context are alike at the frontiers of neighbouring batches.
  const product = (frontiers[known] ?? Number.POSITIVE_INFINITY) * (brackets[known]?.upper ?? 1);
  const jumps = brackets.flatMap(({ lower, upper, index }) => {
    const frontier = frontiers[index] ?? (index < known ? product / upper : Number.POSITIVE_INFINITY);
    if (upper - lower < 2 || !Number.isFinite(frontier)) return [];
    const column = contexts.map((context, row) => {
      const [left = 0, right = 0] = [surface.ms[row]?.[index], surface.ms[row]?.[index + 1]];
      const share = scaledShare(context / frontier);
      const perRequest = (1 - share) * ((right - left) / (upper - lower)) + share * (left / lower);
      return left + (upper - 1 - lower) * perRequest;
    });
    return [{ batch: upper - 1, column }];
  });
  return withColumns(
    surface,
    jumps.map(({ batch }) => batch),
    jumps.map(({ column }) => column),
  );
}

/** The context that explains the points between two batches best; Infinity when straight lines do. */
function frontierOf(
  points: readonly DecodePoint[],
  surface: TimingSurface,
  index: number,
): number | undefined {
  const [lower = 1, upper = 1] = surface.batches.slice(index, index + 2);
  const shares = points.flatMap(({ batch, context, ms }) => {
    const row = surface.contexts.indexOf(context);
    const [left, right] = [surface.ms[row]?.[index], surface.ms[row]?.[index + 1]];
    if (left === undefined || right === undefined) return [];
    const straight = left + ((right - left) * (batch - lower)) / (upper - lower);
    const scaled = (left * batch) / lower;
    const isTold = Math.abs(scaled - straight) > LEAST_DIFFERENCE * straight;
    return isTold ? [{ context, share: (ms - straight) / (scaled - straight) }] : [];
  });
  if (shares.length === 0) return undefined;
  const errorOf = (frontier: number) =>
    shares.reduce((sum, { context, share }) => sum + Math.abs(share - scaledShare(context / frontier)), 0);
  return [Number.POSITIVE_INFINITY, ...points.map(({ context }) => context)].reduce((best, candidate) =>
    errorOf(candidate) < errorOf(best) ? candidate : best,
  );
}

/** How far attention follows the smaller batch, by the context's ratio to the frontier. */
function scaledShare(ratio: number): number {
  const first = 1 / (1 + SPREAD);
  const last = 1 / (1 - SPREAD);
  if (ratio <= first) return 0;
  if (ratio >= last) return 1;
  return ratio <= 1
    ? (SHARE_AT_FRONTIER * (ratio - first)) / (1 - first)
    : SHARE_AT_FRONTIER + ((1 - SHARE_AT_FRONTIER) * (ratio - 1)) / (last - 1);
}

/** A surface with more batches, each with its values along the contexts. */
export function withColumns(
  { contexts, batches, ms }: TimingSurface,
  added: readonly number[],
  columns: readonly (readonly number[])[],
): TimingSurface {
  const all = [...batches, ...added].sort((a, b) => a - b);
  const value = (batch: number, row: number) =>
    columns[added.indexOf(batch)]?.[row] ?? ms[row]?.[batches.indexOf(batch)] ?? 0;
  return { contexts, batches: all, ms: contexts.map((_, row) => all.map((batch) => value(batch, row))) };
}
