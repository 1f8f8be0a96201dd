import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpFetch } from '../../../src/proposers/model/http-fetch.ts';

const TEXT = 'Raise the weight to 2. '.repeat(2000);

async function get(listener: RequestListener, signal?: AbortSignal): Promise<Response> {
  const server = createServer((request, answer) => {
    // What is left unread would turn the end of a connection into a reset.
    request.resume();
    listener(request, answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/`);
  return await httpFetch(url, { method: 'POST', headers: new Headers(), body: '{}', signal });
}

describe('an HTTP exchange', () => {
  it.each<[string, (text: string) => Buffer]>([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', Buffer.from],
  ])('takes an answer in %s', async (encoding, encode) => {
    const response = await get((_request, answer) => {
      answer.writeHead(200, { 'content-encoding': encoding }).end(encode(TEXT));
    });
    expect(await response.text()).toBe(TEXT);
  });

  it.each(['gzip', 'identity'])('fails when an answer in %s breaks off', async (encoding) => {
    const response = await get((_request, answer) => {
      answer.writeHead(200, { 'content-encoding': encoding });
      answer.write(encoding === 'gzip' ? gzipSync(TEXT).subarray(0, 40) : 'Raise');
      setTimeout(() => answer.destroy(), 20);
    });
    await expect(response.text()).rejects.toThrow();
  });

  it('fails when an answer is not what its encoding says', async () => {
    const response = await get((_request, answer) => {
      answer.writeHead(200, { 'content-encoding': 'gzip' }).end('plain text');
    });
    await expect(response.text()).rejects.toThrow();
  });

  it('has no body where there is none, and all values of a header', async () => {
    const response = await get((_request, answer) => {
      answer.writeHead(204, { 'x-request-id': ['one', 'two'] }).end();
    });
    expect(response.body).toBeNull();
    expect(response.headers.get('x-request-id')).toBe('one, two');
  });

  it('ends when it is interrupted before the answer and within it', async () => {
    const before = new AbortController();
    await expect(get(() => before.abort(), before.signal)).rejects.toThrow();
    const within = new AbortController();
    const response = await get((_request, answer) => void answer.write('Raise'), within.signal);
    within.abort();
    await expect(response.text()).rejects.toThrow();
  });
});
