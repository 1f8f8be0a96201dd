import { type TimingSurface, type TimingTables, tableTiming } from '../../harness/sim/table-timing.ts';
import { withColumns, withFrontier } from './decode-frontier.ts';
import type { Grid } from './grid-file.ts';

/** Attention known from a total is worth a knot when it is this share of its whole prompt's at least. */
const LEAST_SHARE = 0.1;
/** A new context lies this factor from its neighbours at least. */
const LEAST_SPACING = 1.1;

/** Adds knots from the grid's totals where the parts were measured too far apart: long prefixes, odd batches. */
export function refineTables(tables: TimingTables, grid: Grid): TimingTables {
  const { prefill, decode } = tables;
  return {
    prefill: { ...prefill, attention: refinedPrefill(tables, rowsOf(grid.prefill_grid)) },
    decode: { ...decode, attention: refinedDecode(tables, rowsOf(grid.decode_grid)) },
  };
}

function refinedPrefill({ prefill }: TimingTables, rows: readonly (readonly number[])[]): TimingSurface {
  const { contexts, batches } = prefill.attention;
  const implied = rows
    .map(([batch = 1, newTokens = 1, prefix = 0, ms = 0]) => {
      const length = newTokens + prefix;
      const share = (length * length - prefix * prefix) / (length * length);
      const others = partsOf(prefill, batch * newTokens, batch);
      return { length, batch, prefix, share, ms: Math.max(0, ms - others) / share };
    })
    .filter(({ prefix, share }) => prefix > 0 && share >= LEAST_SHARE);
  const added = spaced(
    implied.map(({ length }) => length),
    contexts,
  );
  const between = attentionOf(prefill);
  const rowAt = (context: number) => {
    const row: number[] = [];
    batches.forEach((batch) => {
      const known = implied.filter((each) => each.length === context && each.batch === batch);
      const ratio =
        (row.at(-1) ?? 1) / (row.length === 0 ? 1 : between(context, batches[row.length - 1] ?? 1));
      const ms = known.reduce((sum, each) => sum + each.ms, 0) / known.length;
      row.push(known.length === 0 ? between(context, batch) * ratio : ms);
    });
    return row;
  };
  return {
    contexts: [...contexts, ...added].sort((a, b) => a - b),
    batches,
    ms: [...contexts, ...added]
      .sort((a, b) => a - b)
      .map((context) => prefill.attention.ms[contexts.indexOf(context)] ?? rowAt(context)),
  };
}

/** Candidates that are far enough from every knot, and from each other. */
function spaced(candidates: readonly number[], knots: readonly number[]): number[] {
  const added: number[] = [];
  const isFar = (a: number, b: number) => Math.max(a, b) / Math.min(a, b) >= LEAST_SPACING;
  const last = knots.at(-1) ?? 0;
  for (const candidate of [...new Set(candidates)].sort((a, b) => a - b)) {
    if (candidate < last && [...knots, ...added].every((knot) => isFar(knot, candidate)))
      added.push(candidate);
  }
  return added;
}

/** All of a prefill but its attention. */
function partsOf(prefill: TimingTables['prefill'], tokens: number, prompts: number): number {
  const without = { contexts: [1], batches: [1], ms: [[0]] };
  return prefillOf({ ...prefill, attention: without }, tokens / prompts, prompts);
}

/** Attention of whole prompts alone. */
function attentionOf(prefill: TimingTables['prefill']): (context: number, batch: number) => number {
  const nothing = { at: [1], ms: [0] };
  const alone = { ...prefill, newTokens: nothing, prompts: nothing, constantMs: 0 };
  return (context, batch) => prefillOf(alone, context, batch);
}

function prefillOf(prefill: TimingTables['prefill'], newTokens: number, prompts: number): number {
  const decode = { requests: { at: [1], ms: [0] }, attention: { contexts: [1], batches: [1], ms: [[0]] } };
  return tableTiming({ prefill, decode }).prefillMs(prompts, newTokens * prompts, 0);
}

/** The grid's totals at batches between the measured ones become columns of their own. */
function refinedDecode(tables: TimingTables, rows: readonly (readonly number[])[]): TimingSurface {
  const others = decodeOf({ ...tables.decode, attention: { contexts: [1], batches: [1], ms: [[0]] } });
  const points = rows.map(([batch = 1, context = 1, ms = 0]) => ({
    batch,
    context,
    ms: Math.max(0, ms - others(batch, context)),
  }));
  const surface = withFrontier(tables.decode.attention, points);
  const { contexts, batches } = surface;
  const between = decodeOf({ requests: { at: [1], ms: [0] }, attention: surface });
  const added = [...new Set(points.map(({ batch }) => batch))].filter(
    (batch) => batch < (batches.at(-1) ?? 0) && !batches.includes(batch),
  );
  const columns = added.map((batch) => {
    const own = points.filter((point) => point.batch === batch);
    const ratios = own.map(({ context, ms }) => ms / Math.max(between(batch, context), Number.MIN_VALUE));
    const at = own.map(({ context }) => context);
    return contexts.map((context) => between(batch, context) * ratioAt(at, ratios, context));
  });
  return withColumns(surface, added, columns);
}

/** A decode part as a function of requests and attended context. */
function decodeOf(decode: TimingTables['decode']): (batch: number, context: number) => number {
  const nothing = { at: [1], ms: [0] };
  const attention = { contexts: [1], batches: [1], ms: [[0]] };
  const prefill = { newTokens: nothing, prompts: nothing, constantMs: 0, attention };
  const timing = tableTiming({ prefill, decode });
  return (batch, context) => timing.decodeMs(batch, batch * (context - 1), 0, 1);
}

/** Between two contexts in proportion, the nearest beyond them. */
function ratioAt(at: readonly number[], ratios: readonly number[], context: number): number {
  const to = at.findIndex((knot) => knot >= context);
  if (to <= 0) return ratios.at(to) ?? 1;
  const [start = 0, end = 1] = [at[to - 1], at[to]];
  const [left = 1, right = 1] = [ratios[to - 1], ratios[to]];
  return left + ((right - left) * (context - start)) / (end - start);
}

function rowsOf({ rows }: Grid['prefill_grid']): number[][] {
  return rows.filter((row): row is number[] => row.every((cell) => cell !== null));
}
