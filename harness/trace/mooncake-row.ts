import { UserError } from '../user-error.ts';
import { NumberText } from './exact-json.ts';
import type { HashId } from './hash-id-numbering.ts';

const FIELDS: ReadonlySet<string> = new Set([
  'timestamp',
  'created_time',
  'input_length',
  'input_tokens',
  'output_length',
  'output_tokens',
  'hash_ids',
  'session_id',
  'delay',
  'delay_ms',
  'request_id',
  'output_token_ids',
]);

const MAX_TOKENS = 2_147_483_647;
const MAX_HASH_ID = 18_446_744_073_709_551_615n;

/** A row as its line has it, checked and with defaults filled in. */
export interface TraceRow {
  /** Arrival, ms on the trace's own clock; undefined = the row has none. */
  readonly timestampMs: number | undefined;
  /** 0 < promptTokens ≤ hashIds.length · trace block size. */
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly hashIds: readonly HashId[];
  readonly sessionName: string | undefined;
  /** Explicit pause after the previous turn's end, ms; undefined = not given. */
  readonly delayMs: number | undefined;
}

/** Where a row is, for messages. */
export interface RowPlace {
  readonly path: string;
  readonly line: number;
}

/** What a check of rows remembers from one to the next, for warnings at the end. */
export interface RowNotes {
  clamped: number;
  firstClamped: string;
  /** Unknown field name → line of its first use. */
  readonly unknown: Map<string, number>;
}

/** Checks one parsed JSON value against the Mooncake row format. */
export function mooncakeRow(
  value: unknown,
  place: RowPlace,
  traceBlockSize: number,
  notes: RowNotes,
): TraceRow {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw problem(place, `expected a JSON object, got ${shown(value)}`);
  }
  const fields = value as Record<string, unknown>;
  noteUnknown(fields, place, notes);
  const hashIds = readHashIds(fields, place);
  const outputTokens = readOutputTokens(fields, place);
  return {
    timestampMs: readTime(fields, 'timestamp', 'created_time', place),
    promptTokens: readPromptTokens(fields, hashIds.length * traceBlockSize, place, notes),
    outputTokens,
    hashIds,
    sessionName: readSessionName(fields, place),
    delayMs: readDelay(fields, place),
  };
}

function readPromptTokens(
  fields: Record<string, unknown>,
  capacity: number,
  place: RowPlace,
  notes: RowNotes,
): number {
  const [name, given] = pick(fields, 'input_length', 'input_tokens', place);
  const asked = given === undefined ? capacity : count(given, name, place);
  if (asked === 0) throw problem(place, `${name} is 0; a request needs a prompt of at least one token`);
  const tokens = Math.min(asked, capacity);
  if (tokens > MAX_TOKENS) throw problem(place, `${name} is ${tokens}; expected at most ${MAX_TOKENS}`);
  if (asked <= capacity) return asked;
  notes.clamped += 1;
  notes.firstClamped ||= `line ${place.line}: ${asked} → ${capacity}`;
  return capacity;
}

function readOutputTokens(fields: Record<string, unknown>, place: RowPlace): number {
  const [name, given] = pick(fields, 'output_length', 'output_tokens', place);
  if (given === undefined) {
    throw problem(place, 'output_length is missing; add the number of generated tokens (0 is allowed)');
  }
  const tokens = count(given, name, place);
  if (tokens > MAX_TOKENS) throw problem(place, `${name} is ${tokens}; expected at most ${MAX_TOKENS}`);
  const ids = fields['output_token_ids'] ?? undefined;
  if (ids !== undefined && !(Array.isArray(ids) && ids.length === tokens)) {
    const got = Array.isArray(ids) ? `has ${ids.length} entries` : `is ${shown(ids)}`;
    throw problem(place, `output_token_ids ${got}; expected a list of ${name} = ${tokens}, or leave it out`);
  }
  return tokens;
}

function readHashIds(fields: Record<string, unknown>, place: RowPlace): readonly HashId[] {
  const given = fields['hash_ids'] ?? undefined;
  if (given === undefined) {
    throw problem(
      place,
      'hash_ids is missing; add the list of block hashes of the prompt, one per trace block',
    );
  }
  if (!Array.isArray(given)) throw problem(place, `hash_ids is ${shown(given)}; expected a list of integers`);
  if (given.length === 0)
    throw problem(place, 'hash_ids is empty; a request needs a prompt of at least one block');
  const ids: unknown[] = given;
  return ids.every(isSmallId) ? ids : ids.map((id, index) => hashId(id, index, place));
}

function isSmallId(id: unknown): id is number {
  return Number.isSafeInteger(id) && (id as number) >= 0;
}

function hashId(given: unknown, index: number, place: RowPlace): HashId {
  const value = given instanceof NumberText ? given.integer : given;
  if (isSmallId(value) || (typeof value === 'bigint' && value >= 0n && value <= MAX_HASH_ID)) return value;
  throw problem(place, `hash_ids[${index}] is ${shown(given)}; expected an integer from 0 to 2^64 − 1`);
}

function readTime(
  fields: Record<string, unknown>,
  name: string,
  alias: string,
  place: RowPlace,
): number | undefined {
  const [used, given] = pick(fields, name, alias, place);
  if (given === undefined) return undefined;
  const value = given instanceof NumberText ? given.value : given;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw problem(place, `${used} is ${shown(given)}; expected a number of milliseconds`);
}

function readDelay(fields: Record<string, unknown>, place: RowPlace): number | undefined {
  const delay = readTime(fields, 'delay', 'delay_ms', place);
  if (delay === undefined || delay >= 0) return delay;
  throw problem(place, `delay is ${delay}; expected milliseconds ≥ 0 after the previous turn's end`);
}

function readSessionName(fields: Record<string, unknown>, place: RowPlace): string | undefined {
  const given = fields['session_id'] ?? undefined;
  if (given === undefined || typeof given === 'string') return given;
  throw problem(place, `session_id is ${shown(given)}; expected a string (put it in quotes)`);
}

/** A field under either of its names; null counts as absent. */
function pick(
  fields: Record<string, unknown>,
  name: string,
  alias: string,
  place: RowPlace,
): readonly [name: string, value: unknown] {
  if (fields[name] !== undefined && fields[alias] !== undefined) {
    throw problem(place, `${name} and ${alias} are two names of one field; keep one of them`);
  }
  const used = fields[alias] === undefined ? name : alias;
  return [used, fields[used] ?? undefined];
}

function count(given: unknown, name: string, place: RowPlace): number {
  const value = given instanceof NumberText ? Number(given.integer ?? Number.NaN) : given;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw problem(
    place,
    `${name} is ${shown(given)}; expected an integer ≥ 0 (tokens, written without a fraction)`,
  );
}

function noteUnknown(fields: Record<string, unknown>, place: RowPlace, notes: RowNotes): void {
  for (const name in fields) {
    if (!FIELDS.has(name) && !notes.unknown.has(name)) notes.unknown.set(name, place.line);
  }
}

export function problem(place: RowPlace, text: string): UserError {
  return new UserError(`${place.path}:${place.line}: ${text}`);
}

/** A value as a message quotes it: short and in one line. */
function shown(value: unknown): string {
  const text = value instanceof NumberText ? value.text : (JSON.stringify(value) ?? String(value));
  return text.length <= 40 ? text : `${text.slice(0, 37)}…`;
}
