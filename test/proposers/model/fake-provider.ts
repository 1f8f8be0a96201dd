import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

/** How the server answers one call. */
export type Behaviour =
  | ({ readonly kind: 'reply' } & Reply)
  /** An HTTP error. `body` is sent as JSON, a text as it is. */
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The parameter gets a 400 in OpenAI's words; a call without it gets the reply. */
  | { readonly kind: 'refuse'; readonly parameters: readonly string[]; readonly reply: Reply }
  /** Status 200 and an error for a body. */
  | { readonly kind: 'error-in-200'; readonly error: unknown }
  /** Some text, then an error within the stream. */
  | { readonly kind: 'error-in-stream'; readonly text: string; readonly error: unknown }
  /** Some text, then the end of the stream without a word about it. */
  | { readonly kind: 'truncated'; readonly text: string }
  /** Some text, then nothing at all, for ever. */
  | { readonly kind: 'stall'; readonly text: string }
  /** Comments that keep the connection alive, and never a token. */
  | { readonly kind: 'keep-alive' }
  /** The connection is reset, after some text if there is any. */
  | { readonly kind: 'reset'; readonly text?: string }
  | { readonly kind: 'redirect'; readonly to: string }
  /** Text without end, whatever the limit. */
  | { readonly kind: 'endless' }
  /** Bytes as they are. */
  | { readonly kind: 'raw'; readonly type: string; readonly bytes: string };

export interface Reply {
  readonly text: string | null;
  /** Sent as the content instead of the text. */
  readonly content?: unknown;
  readonly reasoning?: string;
  /** Null: the server never says. */
  readonly finish?: string | null;
  /** Null: none is sent. Otherwise it goes over honest numbers. */
  readonly usage?: Readonly<Record<string, unknown>> | null;
  readonly choices?: readonly unknown[];
  readonly gzip?: boolean;
  /** Wait between two pieces. */
  readonly dripMs?: number;
  /** A whole JSON answer, though a stream was asked for. */
  readonly whole?: boolean;
  readonly requestId?: string;
}

export interface SeenCall {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
  /** What the owner of the server would put on the bill. */
  readonly billed: { promptTokens: number; replyTokens: number };
}

export interface FakeProvider {
  readonly baseUrl: string;
  /** Calls for a reply, in order of arrival. */
  readonly calls: readonly SeenCall[];
  /** How many calls were being answered at the same time, at most. */
  readonly mostAtOnce: number;
  readonly close: () => Promise<void>;
}

type Behave = readonly Behaviour[] | ((call: SeenCall, index: number) => Behaviour);

/**
 * A server that speaks the interface of OpenAI and misbehaves as it is told: one behaviour per call in order, the last
 * one again and again, or whatever a function says. It is gone when the test is over.
 */
export async function startFakeProvider(behave: Behave): Promise<FakeProvider> {
  const fake = new Fake(behave);
  const server = createServer((request, response) => {
    fake.serve(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => closeServer(server);
  onTestFinished(close);
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    calls: fake.calls,
    get mostAtOnce() {
      return fake.mostAtOnce;
    },
    close,
  };
}

export function reply(text: string | null, more: Partial<Reply> = {}): Behaviour {
  return { kind: 'reply', text, ...more };
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

class Fake {
  readonly calls: SeenCall[] = [];
  mostAtOnce = 0;
  readonly #behave: Behave;
  #atOnce = 0;

  constructor(behave: Behave) {
    this.#behave = behave;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '', 'http://any').pathname;
    if (path.endsWith('/models')) {
      sendJson(response, 200, { object: 'list', data: [{ id: 'small-model', object: 'model' }] });
      return;
    }
    const body = (await json(request)) as SeenCall['body'];
    const call: SeenCall = {
      path,
      headers: request.headers,
      body,
      billed: { promptTokens: 0, replyTokens: 0 },
    };
    const index = this.calls.push(call) - 1;
    this.#atOnce++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    response.once('close', () => this.#atOnce--);
    await answer(this.#behaviourOf(call, index), call, response);
  }

  #behaviourOf(call: SeenCall, index: number): Behaviour {
    const behave = this.#behave;
    const behaviour = typeof behave === 'function' ? behave(call, index) : (behave[index] ?? behave.at(-1));
    if (behaviour === undefined) throw new Error('the server was not told how to behave');
    return behaviour;
  }
}

async function answer(behaviour: Behaviour, call: SeenCall, response: ServerResponse): Promise<void> {
  switch (behaviour.kind) {
    case 'reply':
      return sendReply(behaviour, call, response);
    case 'error':
      return sendError(behaviour, response);
    case 'refuse': {
      const refused = behaviour.parameters.find((name) => name in call.body);
      if (refused === undefined) return sendReply(behaviour.reply, call, response);
      return sendJson(response, 400, { error: unsupported(refused) });
    }
    case 'error-in-200':
      return sendJson(response, 200, { error: behaviour.error });
    case 'error-in-stream':
      bill(call, behaviour.text);
      beginStream(response);
      sendEvent(response, chunk({ content: behaviour.text }));
      sendEvent(response, { error: behaviour.error });
      response.end('data: [DONE]\n\n');
      return;
    case 'truncated':
      bill(call, behaviour.text);
      beginStream(response);
      sendEvent(response, chunk({ content: behaviour.text }));
      response.end();
      return;
    case 'stall':
      bill(call, behaviour.text);
      beginStream(response);
      if (behaviour.text !== '') sendEvent(response, chunk({ content: behaviour.text }));
      return;
    case 'keep-alive':
      beginStream(response);
      while (!response.closed) {
        response.write(': still working\n\n');
        await sleep(10);
      }
      return;
    case 'reset':
      return reset(behaviour.text, call, response);
    case 'redirect':
      response.writeHead(307, { location: behaviour.to }).end();
      return;
    case 'endless':
      beginStream(response);
      while (!response.closed) {
        sendEvent(response, chunk({ content: 'again and '.repeat(100) }));
        await sleep(1);
      }
      return;
    case 'raw':
      response.writeHead(200, { 'content-type': behaviour.type }).end(behaviour.bytes);
      return;
    default:
      behaviour satisfies never;
  }
}

async function reset(text: string | undefined, call: SeenCall, response: ServerResponse): Promise<void> {
  if (text !== undefined) {
    bill(call, text);
    beginStream(response);
    sendEvent(response, chunk({ content: text }));
    await sleep(20);
  }
  response.socket?.resetAndDestroy();
}

function sendError({ status, body, headers }: Behaviour & { kind: 'error' }, response: ServerResponse): void {
  if (typeof body === 'string') {
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);
    return;
  }
  sendJson(response, status, body ?? { error: { message: `an error of status ${status}` } }, headers);
}

async function sendReply(reply: Reply, call: SeenCall, response: ServerResponse): Promise<void> {
  const usage = usageFor(call, reply);
  if (reply.requestId !== undefined) response.setHeader('x-request-id', reply.requestId);
  if (call.path.endsWith('/responses')) return sendResponse(reply, usage, response);
  if (call.body['stream'] !== true || reply.whole === true)
    return sendJson(response, 200, completion(reply, usage), {}, reply.gzip);
  if (reply.gzip === true) {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
    const events = [...chunksOf(reply), ...(usage === null ? [] : [{ choices: [], usage }])];
    response.end(
      gzipSync(`${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`),
    );
    return;
  }
  beginStream(response);
  for (const event of chunksOf(reply)) {
    sendEvent(response, event);
    if (reply.dripMs !== undefined) await sleep(reply.dripMs);
    if (response.closed) return;
  }
  const options = call.body['stream_options'] as { readonly include_usage?: boolean } | undefined;
  if (usage !== null && options?.include_usage === true) sendEvent(response, { choices: [], usage });
  response.end('data: [DONE]\n\n');
}

function chunksOf({ text, content, reasoning, finish = 'stop', choices }: Reply): unknown[] {
  if (choices !== undefined) return [{ choices }];
  const pieces = text?.match(/[\s\S]{1,7}/g) ?? [];
  return [
    chunk({ role: 'assistant', content: null }),
    ...(reasoning === undefined ? [] : [chunk({ reasoning_content: reasoning })]),
    ...(content === undefined ? pieces.map((piece) => chunk({ content: piece })) : [chunk({ content })]),
    ...(finish === null ? [] : [{ choices: [{ index: 0, delta: {}, finish_reason: finish }] }]),
  ];
}

function completion({ text, content, reasoning, finish = 'stop', choices }: Reply, usage: unknown) {
  const message = {
    role: 'assistant',
    content: content ?? text,
    ...(reasoning === undefined ? {} : { reasoning_content: reasoning }),
  };
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    choices: choices ?? [{ index: 0, message, finish_reason: finish }],
    ...(usage === null ? {} : { usage }),
  };
}

function sendResponse({ text, finish }: Reply, usage: HonestUsage | null, response: ServerResponse): void {
  beginStream(response);
  sendEvent(response, { type: 'response.created', response: { object: 'response', status: 'in_progress' } });
  sendEvent(response, { type: 'response.reasoning_summary_text.delta', delta: 'let me see' });
  for (const piece of text?.match(/[\s\S]{1,7}/g) ?? [])
    sendEvent(response, { type: 'response.output_text.delta', delta: piece });
  const isCut = finish === 'length';
  sendEvent(response, {
    type: isCut ? 'response.incomplete' : 'response.completed',
    response: {
      object: 'response',
      status: isCut ? 'incomplete' : 'completed',
      incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
      error: null,
      output: [{ type: 'message', content: [{ type: 'output_text', text }] }],
      ...(usage === null
        ? {}
        : {
            usage: {
              input_tokens: usage.prompt_tokens,
              input_tokens_details: { cached_tokens: 3 },
              output_tokens: usage.completion_tokens,
              output_tokens_details: { reasoning_tokens: 2 },
            },
          }),
    },
  });
  response.end();
}

interface HonestUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
}

function usageFor(call: SeenCall, reply: Reply): HonestUsage | null {
  bill(call, reply.text ?? '', reply.reasoning);
  const honest = honestUsage(call, reply.text ?? '', reply.reasoning);
  return reply.usage === null ? null : { ...honest, ...reply.usage };
}

function bill(call: SeenCall, text: string, reasoning = ''): void {
  const usage = honestUsage(call, text, reasoning);
  call.billed.promptTokens = usage.prompt_tokens;
  call.billed.replyTokens = usage.completion_tokens;
}

/** Four bytes are a token here. */
function honestUsage({ body }: SeenCall, text: string, reasoning = ''): HonestUsage {
  const messages = JSON.stringify(body['messages'] ?? body['input'] ?? '');
  return {
    prompt_tokens: Math.ceil(Buffer.byteLength(messages) / 4),
    completion_tokens: Math.ceil(Buffer.byteLength(text + reasoning) / 4),
  };
}

function unsupported(parameter: string) {
  return {
    message: `Unsupported parameter: '${parameter}' is not supported with this model.`,
    type: 'invalid_request_error',
    param: parameter,
    code: 'unsupported_parameter',
  };
}

function chunk(delta: unknown) {
  return { object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: null }] };
}

function beginStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.flushHeaders();
}

function sendEvent(response: ServerResponse, event: unknown): void {
  response.write(`data: ${JSON.stringify(event)}\n\n`);
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  gzip = false,
): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response
    .writeHead(status, {
      'content-type': 'application/json',
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
      ...headers,
    })
    .end(gzip ? gzipSync(bytes) : bytes);
}
