import { UserError } from '../../../harness/index.ts';

/** Where a provider is. Its origin is the only place that is ever contacted. */
export interface Endpoint {
  /** Without a slash at the end and without a query. */
  readonly url: string;
  readonly origin: string;
  /** Host and port, for people. */
  readonly host: string;
  /** Sent with every call, as `api-version=…` of Azure. */
  readonly query: Readonly<Record<string, string>>;
}

/** Paths of single operations, which people paste along with the base URL. */
const OPERATION = /\/(chat\/completions|completions|responses|models)$/;

/** Reads a `--base-url`: `http://127.0.0.1:8089`, with or without `/v1`. */
export function parseBaseUrl(text: string): Endpoint {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed === undefined || !['http:', 'https:'].includes(parsed.protocol))
    throw new UserError(`--base-url ${text}: not an http or https URL; write e.g. http://127.0.0.1:8089/v1`);
  if (parsed.username !== '' || parsed.password !== '')
    throw new UserError('--base-url: it holds a user name or password; put the key into OPENAI_API_KEY');
  const path = parsed.pathname.replace(/\/+$/, '').replace(OPERATION, '');
  return {
    url: `${parsed.origin}${path === '' ? '/v1' : path}`,
    origin: parsed.origin,
    host: parsed.host,
    query: Object.fromEntries(parsed.searchParams),
  };
}
