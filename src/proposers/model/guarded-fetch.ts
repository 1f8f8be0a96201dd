import type { Endpoint } from './endpoint.ts';
import type { Failure } from './failure.ts';
import { httpFetch } from './http-fetch.ts';

type FetchArguments = Parameters<typeof fetch>;

/** An answer of this size is no reply of a model. */
const MOST_REPLY_BYTES = 32 * 1024 * 1024;
const MOST_ERROR_BYTES = 64 * 1024;
const TOO_LARGE: Failure = {
  kind: 'unusable',
  problem: `its answer is larger than ${MOST_REPLY_BYTES} bytes`,
};

/** The server answered with something that must not be followed or read to its end. */
export class UnfitAnswer extends Error {
  override readonly name = 'UnfitAnswer';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.problem);
    this.failure = failure;
  }
}

/**
 * `fetch` for one provider: it goes to that provider's origin or nowhere, follows no redirects, and reads no more than
 * a model can have said.
 */
export class GuardedFetch {
  readonly #origin: string;
  readonly #errorBodies = new WeakMap<object, string>();

  constructor({ origin }: Endpoint) {
    this.#origin = origin;
  }

  /** What the openai package needs of `fetch`: it passes an address and JSON as text. */
  readonly fetch = async (address: FetchArguments[0], init: FetchArguments[1] = {}): Promise<Response> => {
    const url = new URL(String(address));
    if (url.origin !== this.#origin) throw new Error(`a call to ${url.origin} was prevented`);
    const response = await httpFetch(url, {
      method: init.method ?? 'GET',
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? init.body : undefined,
      signal: init.signal ?? undefined,
    });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw new UnfitAnswer({ kind: 'refused', problem: redirectProblem(response, url) });
    }
    return response.ok ? limited(response) : await this.#withReadBody(response);
  };

  /** The whole body of an error, found by the headers it came with. */
  errorBody(headers: object | undefined): string | undefined {
    return headers === undefined ? undefined : this.#errorBodies.get(headers);
  }

  async #withReadBody(response: Response): Promise<Response> {
    const body = await readSome(response, MOST_ERROR_BYTES);
    const copy = new Response(body, { status: response.status, headers: response.headers });
    this.#errorBodies.set(copy.headers, body);
    return copy;
  }
}

function redirectProblem(response: Response, from: URL): string {
  const location = response.headers.get('location') ?? '';
  const target = URL.canParse(location, from.href) ? new URL(location, from).origin : 'an unknown place';
  return `it redirects to ${target}, which is not followed; give the final URL as --base-url`;
}

async function readSome(response: Response, mostBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    bytes += part.length;
    if (bytes > mostBytes) break;
  }
  return Buffer.concat(parts).subarray(0, mostBytes).toString('utf8');
}

function limited(response: Response): Response {
  let bytes = 0;
  const body = response.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(part, controller) {
        bytes += part.length;
        if (bytes > MOST_REPLY_BYTES) controller.error(new UnfitAnswer(TOO_LARGE));
        else controller.enqueue(part);
      },
    }),
  );
  return new Response(body ?? null, { status: response.status, headers: response.headers });
}
