import * as z from 'zod';
import {
  ANSWER_LAYOUT,
  type AnswerColumns,
  type AnswerError,
  columnBytes,
  MAX_HEADER_BYTES,
  type ScenarioHeader,
} from './answer-layout.ts';

export type ParsedAnswer =
  | {
      readonly kind: 'simulated';
      readonly scenarios: readonly { readonly header: ScenarioHeader; readonly columns: AnswerColumns }[];
      readonly stopped: boolean;
    }
  | { readonly kind: 'failed'; readonly error: AnswerError }
  /** Not what a child of ours writes. */
  | { readonly kind: 'invalid'; readonly problem: string };

const count = z.int().nonnegative();
const headerSchema = z.union([
  z.strictObject({
    nonce: z.string(),
    scenarios: z
      .array(
        z.strictObject({
          requests: count,
          placements: count,
          hookCalls: z.strictObject({
            admit: count,
            cost: count,
            order: count,
            onRouted: count,
            onFirstToken: count,
            onCompleted: count,
          }),
          passes: count,
          simulatedNs: count,
        }),
      )
      .min(1),
    stopped: z.literal('same-decisions').optional(),
  }),
  z.strictObject({
    nonce: z.string(),
    error: z.strictObject({
      kind: z.enum(['policy-error', 'out-of-memory', 'invariant-violated']),
      reason: z.string().max(300),
      scenario: count,
    }),
  }),
]);

export interface ExpectedAnswer {
  readonly nonce: string;
  /** Requests of each scenario of the job. */
  readonly requests: readonly number[];
  /** Whether the job allows an answer with its first scenario only. */
  readonly mayStop: boolean;
}

/** Most bytes an answer to this job can have. */
export function maxAnswerBytes(requests: readonly number[]): number {
  return requests.reduce((sum, each) => sum + columnBytes(each, each), MAX_HEADER_BYTES);
}

/** Reads a child's answer and believes none of it beyond its shape: every length is checked, nothing may follow. */
export function parseAnswer(bytes: Buffer, expected: ExpectedAnswer): ParsedAnswer {
  const lineEnd = bytes.subarray(0, MAX_HEADER_BYTES).indexOf('\n');
  if (lineEnd < 0) return invalid(bytes.length === 0 ? 'nothing was written' : 'there is no header line');
  const header = headerSchema.safeParse(parseJson(bytes.subarray(0, lineEnd).toString('utf8')));
  if (!header.success) return invalid('the header is not one of ours');
  if (header.data.nonce !== expected.nonce) return invalid('the nonce is wrong');
  const body = bytes.subarray(lineEnd + 1);
  if ('error' in header.data) return parseFailure(header.data.error, body, expected);

  const { scenarios, stopped } = header.data;
  const wanted = stopped === undefined ? expected.requests : expected.requests.slice(0, 1);
  if (stopped !== undefined && !expected.mayStop) return invalid('it stopped early without being asked to');
  if (scenarios.length !== wanted.length)
    return invalid(`${scenarios.length} scenarios instead of ${wanted.length}`);
  for (const [index, { requests, placements }] of scenarios.entries()) {
    if (requests !== wanted[index]) return invalid(`${requests} requests instead of ${wanted[index]}`);
    if (placements > requests) return invalid(`${placements} placements of ${requests} requests`);
  }
  const length = scenarios.reduce(
    (sum, { requests, placements }) => sum + columnBytes(requests, placements),
    0,
  );
  if (body.length !== length) return invalid(`${body.length} bytes of columns instead of ${length}`);
  return { kind: 'simulated', scenarios: readColumns(body, scenarios), stopped: stopped !== undefined };
}

function parseFailure(error: AnswerError, body: Buffer, expected: ExpectedAnswer): ParsedAnswer {
  if (body.length > 0) return invalid(`${body.length} bytes after an error`);
  if (error.scenario >= expected.requests.length) return invalid(`there is no scenario ${error.scenario}`);
  return { kind: 'failed', error };
}

function readColumns(body: Buffer, headers: readonly ScenarioHeader[]) {
  let offset = 0;
  return headers.map((header) => {
    const columns = ANSWER_LAYOUT.map(({ name, array: TypedArray, perRequest }) => {
      const column = new TypedArray(perRequest ? header.requests : header.placements);
      const target = new Uint8Array(column.buffer);
      target.set(body.subarray(offset, offset + target.length));
      offset += target.length;
      return [name, column] as const;
    });
    return { header, columns: Object.fromEntries(columns) as unknown as AnswerColumns };
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(problem: string): ParsedAnswer {
  return { kind: 'invalid', problem };
}
