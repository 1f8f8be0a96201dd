/** Line ends, what a terminal acts on, what is invisible or turns text around. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** Text that quotes a policy, as one harmless line of at most `limit` characters. */
export function oneLine(text: string, limit: number): string {
  const isLong = text.length > limit;
  const start = isLong ? text.slice(0, limit - 1) : text;
  return start.replaceAll(UNPRINTABLE, ' ').trim() + (isLong ? '…' : '');
}
