/** What was learnt of a model at a provider: which interface it speaks and what it doesn't understand. */
export interface Capabilities {
  readonly api: Api;
  /** Parameters it refuses. */
  readonly refused: readonly string[];
}

export type Api = 'chat' | 'responses';

export const UNKNOWN_CAPABILITIES: Capabilities = { api: 'chat', refused: [] };
