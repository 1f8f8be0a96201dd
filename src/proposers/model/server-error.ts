import * as z from 'zod';
import { printableLine } from '../../text/printable.ts';

/** What a server says went wrong, in whatever shape it says it. */
export interface ServerError {
  /** HTTP status; of an error within an answer of status 200 the number it gives as its code, if any. */
  readonly status: number | undefined;
  /** Machine-readable words: code and type, lower case. */
  readonly codes: readonly string[];
  /** The parameter it complains about. */
  readonly parameter: string | undefined;
  readonly message: string;
}

const text = z.string().optional().catch(undefined);
const word = z.union([z.string(), z.number()]).optional().catch(undefined);
const fields = z.object({
  message: text,
  detail: text,
  code: word,
  status: word,
  type: text,
  param: text,
  /** What a router of requests was told by the server behind it. */
  metadata: z.object({ raw: text }).optional().catch(undefined),
});
/** As frameworks report invalid fields: `{"detail": [{"loc": ["body", "store"], "msg": "…"}]}`. */
const fieldErrors = z.object({
  detail: z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() })).min(1),
});

/** What servers call their errors where they give no status, as within an answer of status 200. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  invalid_api_key: 401,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  model_not_found: 404,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
};

const LONGEST_MESSAGE = 300;

/** Reads the body of an error: JSON with an `error` object or without, or plain text. */
export function readServerError(status: number | undefined, body: unknown): ServerError {
  const inner = innerError(body);
  const [invalid] = fieldErrors.safeParse(inner).data?.detail ?? [];
  if (invalid !== undefined) {
    const parameter = String(invalid.loc.at(-1) ?? '');
    return { status, codes: [], parameter, message: `${parameter}: ${printableLine(invalid.msg)}` };
  }
  const error = fields.safeParse(inner).data;
  const codes = [error?.code, error?.type, error?.status]
    .filter((code) => code !== undefined)
    .map((code) => String(code).toLowerCase());
  const said = [error?.message ?? error?.detail, error?.metadata?.raw].filter((part) => part !== undefined);
  return {
    status: status ?? codes.map(statusOf).find((code) => code !== undefined),
    codes,
    parameter: error?.param,
    message: printableLine(said.length > 0 ? said.join(': ') : asText(inner), LONGEST_MESSAGE),
  };
}

function statusOf(code: string): number | undefined {
  return /^[45]\d\d$/.test(code) ? Number(code) : STATUS_OF_CODE[code];
}

/** The object behind `error`, which Google wraps into a list. */
function innerError(body: unknown): unknown {
  const first = Array.isArray(body) ? body[0] : body;
  if (typeof first !== 'object' || first === null) return first;
  const { error } = first as { readonly error?: unknown };
  return error ?? first;
}

function asText(body: unknown): string {
  if (typeof body === 'string') return body.replaceAll(/<[^<>]*>/g, ' ');
  return body === undefined || body === null ? '' : JSON.stringify(body);
}
