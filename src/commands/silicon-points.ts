import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { type EngineProfile, UserError } from '../../harness/index.ts';

const text = z.string();
const count = z.coerce.number().int().positive();
const positive = z.coerce.number().positive();
/** Empty where it does not apply. */
const optionalCount = z
  .literal('')
  .transform(() => undefined)
  .or(z.coerce.number().int().min(0));

const rowSchema = z.object({
  backend: text,
  model_path: text,
  system: text,
  precision: text,
  mode: z.literal('agg'),
  isl: count,
  osl: count,
  batch_size: count,
  tp_size: count,
  pp_size: optionalCount,
  attention_dp_size: optionalCount,
  moe_tp_size: optionalCount,
  moe_ep_size: optionalCount,
  silicon_ttft_ms: positive,
  silicon_tpot_ms: positive,
});

/** A measurement on real machines: clients in a closed loop, one worker. */
export type SiliconPoint = z.infer<typeof rowSchema>;

const COLUMNS = Object.keys(rowSchema.shape);

/** Reads AIConfigurator's table of measurements (silicon_sample.csv, may be gzipped). Rows that are not of aggregated serving are left out. */
export function readSiliconPoints(file: string): SiliconPoint[] {
  const [header = '', ...lines] = readText(file)
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const names = header.split(',');
  const missing = COLUMNS.find((column) => !names.includes(column));
  if (missing !== undefined) throw new UserError(`${file}:1: there is no column ${missing}`);
  return lines.flatMap((line, index) => {
    const cells = line.split(',');
    if (cells.length !== names.length) {
      throw new UserError(`${file}:${index + 2}: ${cells.length} cells, expected ${names.length}`);
    }
    const row = rowSchema.safeParse(Object.fromEntries(names.map((name, column) => [name, cells[column]])));
    return row.success ? [row.data] : [];
  });
}

/** Measurements of a profile's model, machine, precision and parallelism, each once; versions may differ. */
export function pointsOf(profile: EngineProfile, points: readonly SiliconPoint[]): SiliconPoint[] {
  const { tensor, moeTensor, moeExpert } = profile.parallelism;
  const matching = points.filter(
    (point) =>
      point.model_path === profile.model &&
      point.system === profile.system &&
      point.backend === profile.backend &&
      point.tp_size === tensor &&
      (point.pp_size ?? 1) <= 1 &&
      (point.attention_dp_size ?? 1) <= 1 &&
      (moeTensor === undefined || point.moe_tp_size === moeTensor) &&
      (moeExpert === undefined || point.moe_ep_size === moeExpert) &&
      precisionOf(point.precision) === precisionOf(profile.precision.moe ?? profile.precision.gemm) &&
      point.isl + point.osl <= profile.maxContextTokens,
  );
  return [...new Map(matching.map((point) => [JSON.stringify(point), point])).values()];
}

/** Bits of the weights. */
function precisionOf(name: string): 4 | 8 | 16 {
  if (name.includes('fp4')) return 4;
  return name.includes('fp8') ? 8 : 16;
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file);
    return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw new UserError(`cannot read ${file}: ${error instanceof Error ? error.message : error}`);
  }
}
