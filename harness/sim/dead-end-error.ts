/** Requests are in flight and nothing can ever happen again; the message names the requests. */
export class DeadEndError extends Error {
  override readonly name = 'DeadEndError';
}
