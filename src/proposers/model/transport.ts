import type { OpenAI } from 'openai';
import { type CallLimits, CallWatch } from './call-watch.ts';
import type { Api } from './capabilities.ts';
import { causeOf, connectionFailure } from './connection-failure.ts';
import { EndMark } from './end-mark.ts';
import type { Endpoint } from './endpoint.ts';
import { classifyError, type Failure } from './failure.ts';
import { GuardedFetch, UnfitAnswer } from './guarded-fetch.ts';
import { OPENAI_HOST } from './price-list.ts';
import { ReplyDraft } from './reply-draft.ts';
import type { Call } from './request-body.ts';
import { retryAfterMs } from './retry-delay.ts';
import { readServerError } from './server-error.ts';

/** How a call went. */
export type CallResult =
  | { readonly kind: 'replied'; readonly draft: ReplyDraft }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      /** The request may have been worked on, and paid for, though there is no reply. */
      readonly mayBeBilled: boolean;
    };

const PATHS: Readonly<Record<Api, string>> = { chat: '/chat/completions', responses: '/responses' };

/** No reply of so many characters keeps to its limit of tokens. */
const MOST_CHARACTERS_PER_TOKEN = 64;

/** A gateway that gave up on a server doesn't know what that server did. */
const GATEWAY_STATUSES: readonly (number | undefined)[] = [502, 504, 524];

/** Sends calls to one provider, one at a time each: no retries, no judgement. Loads the openai package. */
export async function openTransport(endpoint: Endpoint, apiKey: string | undefined): Promise<Transport> {
  const [{ OpenAI }, { Stream }] = await Promise.all([import('openai'), import('openai/streaming')]);
  const guard = new GuardedFetch(endpoint);
  const client = new OpenAI({
    baseURL: endpoint.url,
    defaultQuery: { ...endpoint.query },
    apiKey: apiKey ?? 'none',
    ...(apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
    adminAPIKey: null,
    // Names of an account at OpenAI are nobody else's business.
    ...(endpoint.host === OPENAI_HOST ? {} : { organization: null, project: null }),
    maxRetries: 0,
    // Its own time-out covers the headers only; the watch covers everything.
    timeout: 24 * 3600 * 1000,
    logLevel: 'off',
    fetch: guard.fetch,
  });
  const events = (response: Response, controller: AbortController): AsyncIterable<unknown> =>
    Stream.fromSSEResponse(response, controller, client);
  return new Transport(client, guard, events, apiKey);
}

type ReadEvents = (response: Response, controller: AbortController) => AsyncIterable<unknown>;

export class Transport {
  readonly #client: OpenAI;
  readonly #guard: GuardedFetch;
  readonly #readEvents: ReadEvents;
  readonly #apiKey: string | undefined;

  constructor(client: OpenAI, guard: GuardedFetch, readEvents: ReadEvents, apiKey: string | undefined) {
    this.#client = client;
    this.#guard = guard;
    this.#readEvents = readEvents;
    this.#apiKey = apiKey;
  }

  /** Rejects only when `signal` aborts. */
  async send(call: Call, limits: CallLimits, signal: AbortSignal): Promise<CallResult> {
    const watch = new CallWatch(limits, signal);
    const draft = new ReplyDraft();
    try {
      return await this.#receive(call, draft, watch);
    } catch (error) {
      signal.throwIfAborted();
      // Whatever happens to the connection after the last token, the reply is there.
      if (draft.finish !== undefined && draft.error === undefined) return { kind: 'replied', draft };
      return this.#withoutReply(error, call, draft, watch.expired);
    } finally {
      watch.end();
    }
  }

  /** Names of the models that the server offers; undefined when it doesn't say. */
  async listModels(limits: CallLimits, signal: AbortSignal): Promise<readonly string[] | undefined> {
    const watch = new CallWatch(limits, signal);
    try {
      const page = await this.#client.models.list({ signal: watch.signal });
      return page.data.map(({ id }) => id).filter((id) => typeof id === 'string');
    } catch {
      signal.throwIfAborted();
      return undefined;
    } finally {
      watch.end();
    }
  }

  async #receive(call: Call, draft: ReplyDraft, watch: CallWatch): Promise<CallResult> {
    const response = await this.#client
      .post(PATHS[call.api], { body: call.body, signal: watch.signal })
      .asResponse();
    const { headers } = response;
    const type = headers.get('content-type') ?? '';
    let isWhole = true;
    if (type.includes('event-stream')) isWhole = await this.#readStream(response, call, draft, watch);
    else if (type.includes('json')) draft.take(await response.json());
    else {
      const problem = `it answers with ${type || 'no content type'}; is the base URL right?`;
      return this.#failed({ kind: 'refused', problem }, headers, false);
    }
    watch.signal.throwIfAborted();
    if (draft.error !== undefined) {
      const error = readServerError(undefined, draft.error);
      return this.#failed(classifyError(error, call, retryAfterMs(headers)), headers, wasHeard(draft));
    }
    if (!isWhole) return this.#failed({ kind: 'transient', problem: 'the reply broke off' }, headers, true);
    return { kind: 'replied', draft };
  }

  /** False when the stream ended without saying that the reply did. */
  async #readStream(response: Response, call: Call, draft: ReplyDraft, watch: CallWatch): Promise<boolean> {
    const most = call.maxReplyTokens * MOST_CHARACTERS_PER_TOKEN;
    const ending = new EndMark();
    const tapped = new Response(response.body?.pipeThrough(ending.tap()) ?? null, {
      headers: response.headers,
    });
    let heard = 0;
    for await (const event of this.#readEvents(tapped, watch.controller)) {
      draft.take(event);
      const length = draft.text.length + draft.thoughtLength + draft.refusal.length;
      if (draft.finish !== undefined) watch.ending();
      else if (length > heard) watch.progressed();
      heard = length;
      if (length > most) {
        draft.cut();
        break;
      }
    }
    return draft.finish !== undefined || ending.seen;
  }

  #withoutReply(error: unknown, call: Call, draft: ReplyDraft, expired: string | undefined): CallResult {
    if (expired !== undefined) return this.#failed({ kind: 'transient', problem: expired }, undefined, true);
    const unfit = causeOf(error, (cause) => cause instanceof UnfitAnswer);
    if (unfit instanceof UnfitAnswer)
      return this.#failed(unfit.failure, undefined, unfit.failure.kind !== 'refused');
    const { status, headers, error: body } = error as ApiErrorFields;
    if (status === undefined && body === undefined) return { kind: 'failed', ...connectionFailure(error) };
    const said = readServerError(status, parsed(this.#guard.errorBody(headers)) ?? body);
    const mayBeBilled = GATEWAY_STATUSES.includes(status) || wasHeard(draft);
    return this.#failed(classifyError(said, call, retryAfterMs(headers)), headers, mayBeBilled);
  }

  /** Names the request, and hides the key: servers like to repeat one that they don't like. */
  #failed(failure: Failure, headers: Headers | undefined, mayBeBilled: boolean): CallResult {
    const id = requestIdOf(headers);
    const named = id === undefined ? failure.problem : `${failure.problem} (request ${id})`;
    const problem = this.#apiKey === undefined ? named : named.replaceAll(this.#apiKey, '(key)');
    return { kind: 'failed', failure: { ...failure, problem }, mayBeBilled };
  }
}

/** What the openai package's errors carry. */
interface ApiErrorFields {
  readonly status?: number;
  readonly headers?: Headers;
  readonly error?: unknown;
}

function wasHeard({ text, thoughtLength }: ReplyDraft): boolean {
  return text !== '' || thoughtLength > 0;
}

function requestIdOf(headers: Headers | undefined): string | undefined {
  const id = headers?.get('x-request-id') ?? headers?.get('request-id');
  return id === undefined || id === null || !/^[\w.:-]{1,80}$/.test(id) ? undefined : id;
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
