import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline, Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

export interface HttpRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
}

const DECODERS: Readonly<Record<string, () => NodeJS.ReadWriteStream>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * One HTTP exchange. Unlike the global `fetch` it has no time limits of its own (a slow machine may read a prompt for
 * ten minutes), follows no redirects, and opens a connection for each call: one that a server has closed meanwhile
 * would look like a call that broke off.
 */
export function httpFetch(url: URL, { method, headers, body, signal }: HttpRequest): Promise<Response> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method,
      headers: { ...Object.fromEntries(headers), 'accept-encoding': Object.keys(DECODERS).join(', ') },
      agent: false,
      ...(signal === undefined ? {} : { signal }),
    });
    request.on('error', reject);
    request.on('response', (message) => {
      try {
        resolve(responseOf(message));
      } catch (error) {
        reject(error);
      }
    });
    request.end(body);
  });
}

function responseOf(message: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(message.headersDistinct))
    for (const value of values) headers.append(name, value);
  return new Response(bodyOf(message), { status: message.statusCode ?? 0, headers });
}

function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array> | null {
  if (message.statusCode === 204 || message.statusCode === 205 || message.statusCode === 304) return null;
  const decoder = DECODERS[message.headers['content-encoding'] ?? '']?.();
  // The reader of the decoded bytes learns what went wrong.
  const decoded = decoder === undefined ? message : pipeline(message, decoder, () => undefined);
  return Readable.toWeb(decoded as Readable) as ReadableStream<Uint8Array>;
}
