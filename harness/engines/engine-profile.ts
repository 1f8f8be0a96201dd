import { createHash } from 'node:crypto';
import * as z from 'zod';
import { UserError } from '../user-error.ts';

/** Largest count in a table: tokens of a pass, of a context, or requests. */
const MAX_COUNT = 2 ** 24;

const count = z.int().positive().max(MAX_COUNT);
const milliseconds = z.number().min(0).max(1e9);
const bytes = z.int().nonnegative();

const knots = z.array(count).min(1).refine(isAscending, 'expected ascending counts');

/** The simulator keeps figures for every batch up to the largest. */
const batches = z.array(count.max(65_536)).min(1).refine(isAscending, 'expected ascending counts');

const line = z
  .strictObject({ at: knots, ms: z.array(milliseconds) })
  .refine(({ at, ms }) => at.length === ms.length, 'expected one ms per count');

const surface = z
  .strictObject({ contexts: knots, batches, ms: z.array(z.array(milliseconds)) })
  .refine(
    ({ contexts, batches, ms }) =>
      ms.length === contexts.length && ms.every((row) => row.length === batches.length),
    'expected one row per context with one ms per batch',
  );

const contentSchema = z.strictObject({
  schema: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9.+-]*$/),
  /** As on the Hugging Face hub. */
  model: z.string().min(1),
  /** Machine, in AIConfigurator's spelling. */
  system: z.string().min(1),
  backend: z.string().min(1),
  /** Version of the backend, which is that of the measured tables. */
  backendVersion: z.string().min(1),
  parallelism: z.strictObject({
    tensor: count,
    /** Of the experts; absent for dense models. */
    moeTensor: count.optional(),
    moeExpert: count.optional(),
  }),
  gpusPerWorker: count,
  precision: z.strictObject({
    gemm: z.string(),
    moe: z.string().optional(),
    attention: z.string(),
    kvCache: z.string(),
  }),
  source: z.strictObject({
    tool: z.literal('aiconfigurator'),
    toolVersion: z.string().min(1),
    /** What the tables are made of, in a sentence. */
    note: z.string().min(1),
    licence: z.string().min(1),
  }),
  /** Memory of one GPU and what of it is not left for KV blocks. */
  kvCache: z.strictObject({
    gpuBytes: bytes,
    /** Share of the GPU that the engine may use when nothing else is asked for. */
    memoryShare: z.number().positive().max(1),
    weightBytes: bytes,
    overheadBytes: bytes,
    activationBytesPerBatchedToken: bytes,
    bytesPerToken: bytes.min(1),
  }),
  /** Longest context the tables were measured at, tokens. */
  maxContextTokens: count,
  tables: z.strictObject({
    prefill: z.strictObject({
      newTokens: line,
      prompts: line,
      constantMs: milliseconds,
      attention: surface,
    }),
    decode: z.strictObject({ requests: line, attention: surface }),
  }),
});

/** How long a forward pass takes on a modeled machine, and how much KV cache it holds. */
export type EngineProfileContent = z.infer<typeof contentSchema>;

export interface EngineProfile extends EngineProfileContent {
  /** SHA-256 of the content, however the file was laid out. */
  readonly hash: string;
}

/** Reads a profile's text; a UserError names the file, the field and what is wrong. */
export function parseEngineProfile(text: string, file: string): EngineProfile {
  const { hash, ...content } = parseFields(text, file);
  const parsed = contentSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw damaged(file, `${issue?.path.join('.') || 'the profile'}: ${issue?.message ?? 'not valid'}`);
  }
  if (parsed.data.kvCache.weightBytes > parsed.data.kvCache.gpuBytes) {
    throw damaged(file, 'kvCache: the weights do not fit the GPU');
  }
  const expected = contentHash(parsed.data);
  if (hash !== expected) throw damaged(file, `hash: the content has ${expected}`);
  return { ...parsed.data, hash: expected };
}

/** The profile a content makes; checks it as if it were read. */
export function withHash(content: EngineProfileContent): EngineProfile {
  const parsed = contentSchema.parse(content);
  return { ...parsed, hash: contentHash(parsed) };
}

function contentHash(content: EngineProfileContent): string {
  return createHash('sha256')
    .update(JSON.stringify(sortedByKey(content)))
    .digest('hex');
}

/** The same value with the keys of its objects in order. */
function sortedByKey(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedByKey);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, field]) => [key, sortedByKey(field)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function parseFields(text: string, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(file, 'not JSON');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw damaged(file, 'not a JSON object');
}

function damaged(file: string, problem: string): UserError {
  return new UserError(`${file} is no engine profile (${problem}); restore it or derive it anew`);
}

function isAscending(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || value > (values[index - 1] ?? 0));
}
