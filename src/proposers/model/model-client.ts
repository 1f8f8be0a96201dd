/** A model that answers questions: what the research loop knows of a provider. */
export interface ModelClient {
  /** Model and host, for records and prompts of people: `qwen2.5-coder-1.5b at 127.0.0.1:8089`. */
  readonly name: string;
  /**
   * Asks once, retries what is worth it, and says what came of it. Rejects only when `signal` aborts; everything a
   * server can do wrong is an answer.
   */
  ask(question: Question, spending: Spending, signal: AbortSignal): Promise<Answer>;
}

export interface Question {
  /** In order. The first ones are equal from question to question, byte by byte, so that a server can cache them. */
  readonly messages: readonly Message[];
  /** Limit of the reply, reasoning included. */
  readonly maxReplyTokens: number;
}

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface TokenUsage {
  readonly promptTokens: number;
  /** Of the prompt, what the server had cached. */
  readonly cachedTokens: number;
  /** Reasoning included. */
  readonly replyTokens: number;
  readonly reasoningTokens: number;
  /** The server gave no usable numbers: these are reckoned from the texts. */
  readonly estimated: boolean;
}

export type Answer =
  | {
      readonly kind: 'reply';
      /** Without thoughts; not empty. */
      readonly text: string;
      /** `cut`: the reply reached its limit. */
      readonly finish: 'complete' | 'cut';
    }
  /** This question got no usable text (empty, thoughts only, refused by a filter): a failed attempt. */
  | { readonly kind: 'unusable'; readonly problem: string }
  /** The prompt is longer than the model can take. */
  | { readonly kind: 'too-long'; readonly problem: string }
  /** The server is out of reach or overloaded, retries included: a pause of the run, not a failed attempt. */
  | {
      readonly kind: 'unavailable';
      readonly problem: string;
      /** Asking sooner than this is answered in the same way at once. */
      readonly retryInMs?: number;
    }
  /** Every further question would fail too (key, model, quota): ends the run. */
  | { readonly kind: 'refused'; readonly problem: string }
  /** The next call might cost more than is left. */
  | { readonly kind: 'out-of-budget'; readonly problem: string };

/**
 * Where calls are paid. One question may be several calls: each is reserved before it is sent, at the most it can
 * cost, and settled when it is over. A reservation that is never settled counts as spent.
 */
export interface Spending {
  /** Undefined when the call might exceed the budget. */
  reserve(worst: CallCost): Reservation | undefined;
}

export interface Reservation {
  settle(actual: SettledCall): void;
}

export interface SettledCall extends CallCost {
  readonly usage: TokenUsage | undefined;
  /** How the call ended, one line. */
  readonly outcome: string;
  /** The answer's text: kept with the payment, so that it is never paid twice. */
  readonly reply?: string;
}

export interface CallCost {
  readonly tokens: number;
  /** US dollars; null = the price is not known. */
  readonly usd: number | null;
}
