const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/**
 * How long to wait before try `retry` (from 1). What the server asks for is a minimum; otherwise each wait is up to
 * twice the one before. `uniform` in [0, 1) spreads clients out.
 */
export function retryDelayMs(retry: number, askedMs: number | undefined, uniform: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** (retry - 1));
  if (askedMs === undefined) return Math.round(ceiling * (0.5 + uniform / 2));
  return askedMs + Math.round(FIRST_MS * uniform);
}

/** What the server asks for: `retry-after-ms`, or `retry-after` in seconds or as a date. */
export function retryAfterMs(headers: Headers | undefined, nowMs = Date.now()): number | undefined {
  const milliseconds = numberIn(headers?.get('retry-after-ms'));
  if (milliseconds !== undefined) return milliseconds;
  const text = headers?.get('retry-after');
  const seconds = numberIn(text);
  if (seconds !== undefined) return seconds * 1000;
  const atMs = Date.parse(text ?? '');
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

function numberIn(text: string | null | undefined): number | undefined {
  const value = Number(text ?? '');
  return text === undefined || text === null || text.trim() === '' || !(value >= 0) || value === Infinity
    ? undefined
    : value;
}
