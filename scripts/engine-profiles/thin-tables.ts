import type { TimingLine, TimingSurface } from '../../harness/sim/table-timing.ts';

/** Largest error of a pass part for leaving out a knot. */
const TOLERANCE = 0.001;

/** The fewest knots that keep straight lines within the tolerance of every knot left out. */
export function thinLine({ at, ms }: TimingLine): TimingLine {
  const error = (from: number, knot: number, to: number) => {
    const value = ms[knot] ?? 0;
    const between = interpolated(at, (index) => ms[index] ?? 0, from, knot, to);
    return Math.abs(between - value) / Math.max(Math.abs(value), Number.MIN_VALUE);
  };
  const isConstant = ms.every((value) => value === ms[0]);
  const kept = isConstant ? [0] : keptKnots(at.length, error);
  return { at: kept.map((index) => at[index] ?? 0), ms: kept.map((index) => ms[index] ?? 0) };
}

/** Leaves out contexts and batches of a decode surface; errors are relative to the whole decode part. */
export function thinSurface(surface: TimingSurface, requests: TimingLine): TimingSurface {
  const { contexts, batches, ms } = surface;
  const total = (row: number, column: number) =>
    valueAt(requests, batches[column] ?? 1) + (ms[row]?.[column] ?? 0);
  const rows = keptKnots(contexts.length, (from, row, to) =>
    worstOf(batches, (column) => {
      const cell = (index: number) => ms[index]?.[column] ?? 0;
      return Math.abs(interpolated(contexts, cell, from, row, to) - cell(row)) / total(row, column);
    }),
  );
  const columns = keptKnots(batches.length, (from, column, to) =>
    worstOf(contexts, (row) => {
      const cell = (index: number) => ms[row]?.[index] ?? 0;
      return Math.abs(interpolated(batches, cell, from, column, to) - cell(column)) / total(row, column);
    }),
  );
  return {
    contexts: rows.map((row) => contexts[row] ?? 0),
    batches: columns.map((column) => batches[column] ?? 0),
    ms: rows.map((row) => columns.map((column) => ms[row]?.[column] ?? 0)),
  };
}

function worstOf(knots: readonly number[], error: (index: number) => number): number {
  return knots.reduce((worst, _, index) => Math.max(worst, error(index)), 0);
}

/** Splits at the worst knot until none is off by more than the tolerance. */
function keptKnots(length: number, error: (from: number, knot: number, to: number) => number): number[] {
  const kept = new Set([0, length - 1]);
  const open: [number, number][] = [[0, length - 1]];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [from, to] = span;
    let worst = TOLERANCE;
    let split: number | undefined;
    for (let knot = from + 1; knot < to; knot++) {
      const off = error(from, knot, to);
      if (off > worst) [worst, split] = [off, knot];
    }
    if (split === undefined) continue;
    kept.add(split);
    open.push([from, split], [split, to]);
  }
  return [...kept].sort((a, b) => a - b);
}

function interpolated(
  at: readonly number[],
  value: (index: number) => number,
  from: number,
  knot: number,
  to: number,
): number {
  const [start = 0, here = 0, end = 1] = [at[from], at[knot], at[to]];
  return value(from) + ((value(to) - value(from)) * (here - start)) / (end - start);
}

function valueAt({ at, ms }: TimingLine, count: number): number {
  const to = Math.max(
    1,
    at.findIndex((knot) => knot >= count),
  );
  const [start = 0, end = 1] = [at[to - 1], at[to]];
  const [left = 0, right = 0] = [ms[to - 1], ms[to]];
  return left + ((right - left) * (count - start)) / (end - start);
}
