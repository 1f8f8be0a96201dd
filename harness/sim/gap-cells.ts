import { bucketOf, upperEdge } from './log-sketch.ts';

/** Logarithms are this exact at least: closer to a bucket's edge than this, relatively, the logarithm itself decides. */
export const EDGE_MARGIN = 1e-9;

/** Gaps with the same ten leading binary digits share a cell, which is narrower than a bucket: at most one edge lies in it. */
const CELLS_PER_OCTAVE = 512;
const OCTAVES = 22;
/** A gap is looked up as a whole number of 2^-20 ms. */
const UNITS_PER_MS = 1048576;
const LONGEST_MS = 2048;

/** Fields of a cell: edges of gaps and of rates, 0 until worked out; the buckets of a gap below them. Above it is in the next bucket, its rate in the one before. */
export const CELL_FIELDS = 4;
export const EDGE = 0;
export const RATE_EDGE = 1;
export const BUCKET = 2;
export const RATE_BUCKET = 3;

/** What is known of all cells, side by side: a cell is the place where its fields begin. The first one belongs to no gap. */
export const GAP_CELLS = new Float64Array(CELLS_PER_OCTAVE * OCTAVES * CELL_FIELDS);

/** The cell of a gap, worked out; 0 for a gap of less than half a microsecond or more than two seconds. */
export function cellOf(gapMs: number): number {
  if (!(gapMs < LONGEST_MS)) return 0;
  const units = (gapMs * UNITS_PER_MS) | 0;
  if (units <= CELLS_PER_OCTAVE) return 0;
  const octave = 22 - Math.clz32(units);
  const cell = (octave * CELLS_PER_OCTAVE + (units >> octave) - CELLS_PER_OCTAVE) * CELL_FIELDS;
  if (GAP_CELLS[cell + EDGE] === 0) workOut(cell, (units >> octave) << octave);
  return cell;
}

function workOut(cell: number, units: number): void {
  const least = (units / UNITS_PER_MS) * (1 - EDGE_MARGIN);
  const bucket = bucketOf(least);
  const rateBucket = bucketOf(1000 / least);
  GAP_CELLS[cell + EDGE] = upperEdge(bucket);
  GAP_CELLS[cell + RATE_EDGE] = 1000 / upperEdge(rateBucket - 1);
  GAP_CELLS[cell + BUCKET] = bucket;
  GAP_CELLS[cell + RATE_BUCKET] = rateBucket;
}
