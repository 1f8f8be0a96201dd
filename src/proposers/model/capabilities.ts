import type { Failure } from './failure.ts';
import type { Provider } from './provider.ts';

/** What was learnt of a model at a provider: which interface it speaks and what it doesn't understand. */
export interface Capabilities {
  readonly api: Api;
  /** Parameters it refuses. */
  readonly refused: readonly string[];
}

export type Api = 'chat' | 'responses';

export const UNKNOWN_CAPABILITIES: Capabilities = { api: 'chat', refused: [] };

/** Without any limit a reply could cost anything: a server must take one of these. */
const LAST_LIMITS: Readonly<Record<Api, string>> = { chat: 'max_tokens', responses: 'max_output_tokens' };

/** What is known after a refusal; undefined when there is no other way to ask. */
export function withoutRefused(
  { api, refused }: Capabilities,
  failure: Failure,
  wanted: Provider['api'],
): Capabilities | undefined {
  if (failure.kind === 'other-api')
    return wanted === 'auto' && api === 'chat' ? { api: 'responses', refused } : undefined;
  if (failure.kind !== 'parameter') return undefined;
  const { parameter } = failure;
  if (parameter === LAST_LIMITS[api] || refused.includes(parameter)) return undefined;
  return { api, refused: [...refused, parameter] };
}
