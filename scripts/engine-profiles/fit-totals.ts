import type { TimingTables } from '../../harness/sim/table-timing.ts';
import type { Grid } from './grid-file.ts';
import { fitLeastSquares } from './least-squares.ts';

type PrefillRow = readonly [batch: number, newTokens: number, prefix: number, ms: number];

const CONTEXTS = [1, 16, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 98304, 131072];
/** Where the search begins: attention of so much per pass, and growing with the square of the context. */
const START_FLOOR_MS = 5;
const START_MS_PER_TOKEN2 = 3.3e-7;

/** Separates totals into the parts of the tables: relative least squares over the measured grid. */
export function fitTotals(grid: Grid): TimingTables {
  return { prefill: fitPrefill(grid), decode: splitDecode(grid) };
}

function fitPrefill(grid: Grid): TimingTables['prefill'] {
  const rows = measured(grid.prefill_grid.rows) as unknown as readonly PrefillRow[];
  const tokens = distinct(rows.map(([batch, newTokens]) => batch * newTokens));
  const batches = distinct(rows.map(([batch]) => batch));
  const start = [
    ...tokens.map((count) => Math.min(...rows.filter(([b, n]) => b * n === count).map(([, , , ms]) => ms))),
    ...CONTEXTS.flatMap((context) =>
      batches.map((batch) => Math.sqrt(START_FLOOR_MS + START_MS_PER_TOKEN2 * context * context * batch)),
    ),
  ];
  const root = (parameters: readonly number[], context: number, batch: number) =>
    parameters[tokens.length + context * batches.length + batch] ?? 0;
  const residuals = (parameters: readonly number[]) =>
    rows.map(([batch, newTokens, prefix, ms]) => {
      const length = newTokens + prefix;
      const row = segment(CONTEXTS, length);
      const column = batches.indexOf(batch);
      const [from = 0, to = 1] = CONTEXTS.slice(row, row + 2);
      const weight = (length - from) / (to - from);
      const value = root(parameters, row, column) * (1 - weight) + root(parameters, row + 1, column) * weight;
      const attention = (value * value * (length * length - prefix * prefix)) / (length * length);
      return ((parameters[tokens.indexOf(batch * newTokens)] ?? 0) + attention) / ms - 1;
    });
  const fitted = fitLeastSquares(start, residuals);
  return {
    newTokens: { at: tokens, ms: tokens.map((_, index) => Math.max(0, fitted[index] ?? 0)) },
    prompts: { at: [1], ms: [0] },
    constantMs: 0,
    attention: {
      contexts: CONTEXTS,
      batches,
      ms: CONTEXTS.map((context, row) =>
        batches.map((batch, column) => {
          const seen = lastSeenColumn(rows, batches, column, CONTEXTS[row - 1] ?? 0, context);
          const value = Math.max(0, root(fitted, row, seen));
          return (value * value * batch) / (batches[seen] ?? batch);
        }),
      ),
    },
  };
}

/** The largest batch, up to this one, with a measurement that reaches a context. */
function lastSeenColumn(
  rows: readonly PrefillRow[],
  batches: readonly number[],
  column: number,
  after: number,
  context: number,
): number {
  const isSeen = (batch: number) =>
    rows.some(([b, n, p]) => b === batch && n + p > after && n + p <= context * 1.2);
  const seen = batches.findLastIndex((batch, index) => index <= column && isSeen(batch));
  return seen < 0 ? column : seen;
}

function splitDecode(grid: Grid): TimingTables['decode'] {
  const rows = measured(grid.decode_grid.rows);
  const batches = distinct(rows.map(([batch = 0]) => batch));
  const contexts = distinct(rows.map(([, context = 0]) => context));
  const total = (batch: number, context: number) => rows.find(([b, c]) => b === batch && c === context)?.[2];
  const least = batches.map((batch) =>
    Math.min(...rows.filter(([b]) => b === batch).map(([, , ms = 0]) => ms)),
  );
  const columns = batches.map((batch, index) =>
    extrapolated(
      contexts,
      contexts.map((context) => {
        const ms = total(batch, context);
        return ms === undefined ? null : ms - (least[index] ?? 0);
      }),
    ),
  );
  return {
    requests: { at: batches, ms: least },
    attention: {
      contexts,
      batches,
      ms: contexts.map((_, row) => columns.map((column) => column[row] ?? 0)),
    },
  };
}

/** Fills what is missing at the end along the last segment. */
export function extrapolated(at: readonly number[], ms: readonly (number | null)[]): number[] {
  const filled: number[] = [];
  ms.forEach((value, index) => {
    const [from = 0, to = 1, here = 2] = at.slice(index - 2, index + 1);
    const [before = 0, last = 0] = filled.slice(-2);
    filled.push(value ?? last + ((last - before) * (here - to)) / (to - from));
  });
  return filled;
}

function measured(rows: Grid['prefill_grid']['rows']): number[][] {
  return rows.filter((row): row is number[] => row.every((cell) => cell !== null));
}

function segment(at: readonly number[], value: number): number {
  return Math.min(
    at.length - 2,
    Math.max(
      0,
      at.findLastIndex((knot) => knot <= value),
    ),
  );
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
