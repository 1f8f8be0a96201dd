import { UserError } from '../../../harness/index.ts';
import { type Endpoint, parseBaseUrl } from './endpoint.ts';
import { listPrice, parsePrice } from './price.ts';
import type { Price } from './price-list.ts';

/** A model at a server, and how to speak to it. */
export interface Provider {
  readonly endpoint: Endpoint;
  readonly model: string;
  readonly apiKey: string | undefined;
  /** `auto`: Chat Completions, and Responses for models that want it. */
  readonly api: 'chat' | 'responses' | 'auto';
  /** Goes into every call, over what would be sent otherwise. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** Null = not known, which is not free. */
  readonly price: Price | null;
}

/** The flags that name a provider, as the user wrote them. */
export interface ProviderFlags {
  readonly baseUrl?: string;
  readonly model?: string;
  readonly api?: string;
  readonly extraBody?: string;
  readonly price?: string;
}

const PUBLIC_BASE_URL = 'https://api.openai.com/v1';

/** Parameters that belong to the program: how a call is made, counted and paid. */
const OWN_PARAMETERS = ['model', 'messages', 'input', 'stream', 'stream_options', 'n'];

/** Reads the flags of a provider. The key comes from OPENAI_API_KEY; a server of one's own may need none. */
export function readProvider(flags: ProviderFlags, environment: NodeJS.ProcessEnv = process.env): Provider {
  const endpoint = parseBaseUrl(flags.baseUrl ?? (environment['OPENAI_BASE_URL'] || PUBLIC_BASE_URL));
  const { model } = flags;
  if (model === undefined || model.trim() === '')
    throw new UserError('--model is missing; name the model as the server does, e.g. --model gpt-4.1-mini');
  return {
    endpoint,
    model,
    apiKey: readApiKey(environment['OPENAI_API_KEY']),
    api: readApi(flags.api ?? 'auto'),
    extra: flags.extraBody === undefined ? {} : readExtraBody(flags.extraBody),
    price: flags.price === undefined ? listPrice(endpoint, model) : parsePrice(flags.price),
  };
}

/** Without the spaces and line ends that files and pastes leave around it. Never repeated in a message. */
function readApiKey(text = ''): string | undefined {
  const key = text.trim();
  if (!/^[\x21-\x7e]*$/.test(key))
    throw new UserError(
      'OPENAI_API_KEY: it holds a line break, a space or a letter that no HTTP header can carry; copy the key anew',
    );
  return key === '' ? undefined : key;
}

function readApi(text: string): Provider['api'] {
  if (text === 'chat' || text === 'responses' || text === 'auto') return text;
  throw new UserError(`--api ${text}: use chat, responses or auto`);
}

function readExtraBody(text: string): Record<string, unknown> {
  const body = parseObject(text);
  if (body === undefined)
    throw new UserError(`--extra-body ${text}: not a JSON object; write e.g. '{"reasoning_effort": "low"}'`);
  const own = Object.keys(body).find((name) => OWN_PARAMETERS.includes(name) || /^max_.*tokens$/.test(name));
  if (own !== undefined) throw new UserError(`--extra-body: ${own} is set by autoresearch; leave it out`);
  return body;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
