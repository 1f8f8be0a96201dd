import type { ServerError } from './server-error.ts';

/** What kept a call from giving a reply, and what is to be done about it. */
export type Failure =
  /** The server doesn't know this parameter: leave it out. */
  | { readonly kind: 'parameter'; readonly parameter: string; readonly problem: string }
  /** The model wants the Responses API. */
  | { readonly kind: 'other-api'; readonly problem: string }
  /** The prompt fits, but not with so long a reply. */
  | { readonly kind: 'reply-limit'; readonly maxReplyTokens: number; readonly problem: string }
  | { readonly kind: 'too-long'; readonly problem: string }
  /** Any further call would fail too. */
  | { readonly kind: 'refused'; readonly problem: string }
  /** This question will not be answered. */
  | { readonly kind: 'unusable'; readonly problem: string }
  /** Worth another try. */
  | { readonly kind: 'transient'; readonly problem: string; readonly retryAfterMs?: number | undefined };

/** Parameters that a call can do without. `system` stands for messages of that role. */
export const OPTIONAL_PARAMETERS = [
  'stream_options',
  'max_completion_tokens',
  'max_tokens',
  'max_output_tokens',
  'store',
  'stream',
  'system',
] as const;

const TOO_LONG_CODES = ['context_length_exceeded', 'exceed_context_size_error', 'string_above_max_length'];
const TOO_LONG =
  /context (length|window|size)|context_length|prompt is too long|too many (input )?tokens|reduce the length|input( token count)? (is too long|exceeds)/i;
const QUOTA_CODES = ['insufficient_quota', 'billing_hard_limit_reached', 'billing_not_active'];
const QUOTA =
  /insufficient[ _](quota|balance|credits?|funds)|billing hard limit|out of credits|payment required/i;
const FILTER_CODES = ['content_filter', 'content_policy_violation', 'invalid_prompt'];
const WANTS_RESPONSES = /\bv1\/responses\b|\bresponses api\b/i;
const NO_SYSTEM_ROLE =
  /system['"` ]*(role|message)s?\b.*\bnot support|not support.*\bsystem\b|system role not/i;
const UNSUPPORTED =
  /unsupported|not supported|unknown|unrecogni[sz]ed|unexpected|extra inputs|not permitted|not allowed|cannot find field/i;

/** The shortest reply that is still worth asking for. */
const SHORTEST_REPLY_TOKENS = 256;

/** Sorts an error by what is to be done about it. `sent` names the parameters of the call. */
export function classifyError(
  error: ServerError,
  sent: { readonly parameters: readonly string[]; readonly maxReplyTokens: number },
  retryAfterMs?: number,
): Failure {
  const { status, codes } = error;
  const problem = describe(error);
  const has = (wanted: readonly string[]) => codes.some((code) => wanted.includes(code));

  if (has(QUOTA_CODES) || status === 402 || QUOTA.test(error.message))
    return { kind: 'refused', problem: `the quota is used up: ${problem}` };
  if (status === 429) return { kind: 'transient', problem, retryAfterMs };
  if (status === 401 || status === 403)
    return { kind: 'refused', problem: `${problem}; check OPENAI_API_KEY and what it may use` };
  const limit = shorterReply(error.message, sent.maxReplyTokens);
  if (limit !== undefined) return { kind: 'reply-limit', maxReplyTokens: limit, problem };
  if (status === 413 || has(TOO_LONG_CODES) || TOO_LONG.test(error.message))
    return { kind: 'too-long', problem };
  if (has(FILTER_CODES)) return { kind: 'unusable', problem };
  if (WANTS_RESPONSES.test(error.message)) return { kind: 'other-api', problem };
  if (NO_SYSTEM_ROLE.test(error.message) && sent.parameters.includes('system'))
    return { kind: 'parameter', parameter: 'system', problem };
  if (status === 400 || status === 422) {
    const parameter = refusedParameter(error, sent.parameters);
    return parameter === undefined ? { kind: 'refused', problem } : { kind: 'parameter', parameter, problem };
  }
  if (status === 404)
    return { kind: 'refused', problem: `${problem}; check --model and the path of --base-url` };
  if (status !== undefined && status < 500 && ![408, 409, 425].includes(status))
    return { kind: 'refused', problem };
  return { kind: 'transient', problem, retryAfterMs };
}

function describe({ status, message }: ServerError): string {
  const what = message === '' ? 'no explanation' : message;
  return status === undefined ? `the server says: ${what}` : `status ${status}: ${what}`;
}

/** The parameter that is complained about, if it was sent and can be left out. */
function refusedParameter({ parameter, codes, message }: ServerError, sent: readonly string[]) {
  const complaint = [...codes, message].join(' ');
  if (!UNSUPPORTED.test(complaint.replaceAll('_', ' '))) return undefined;
  const optional = sent.filter((name) => OPTIONAL_PARAMETERS.some((known) => known === name));
  if (parameter !== undefined && parameter !== '')
    return optional.find((name) => parameter === name || parameter.startsWith(`${name}.`));
  return optional.find((name) => new RegExp(`(?<![\\w.])${name}(?!\\w)`).test(message));
}

/**
 * Servers that hold prompt and reply limit against one context name both: what is left for a reply. Undefined when the
 * message is about something else or nothing is left.
 */
function shorterReply(message: string, asked: number): number | undefined {
  const most =
    number(message, /supports at most (\d+) completion tokens/) ??
    number(message, /> (\d+), which is the maximum allowed number of output tokens/) ??
    number(message, /valid range of max_tokens is \[1, (\d+)\]/);
  const context = number(message, /maximum context length (?:is|of) (\d+)/);
  const prompt = number(
    message,
    /(\d+) (?:in the messages|input tokens|prompt tokens|tokens from the input)/,
  );
  const left = most ?? (context === undefined || prompt === undefined ? undefined : context - prompt - 1);
  return left !== undefined && left >= SHORTEST_REPLY_TOKENS && left < asked ? left : undefined;
}

function number(message: string, pattern: RegExp): number | undefined {
  const digits = pattern.exec(message)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
