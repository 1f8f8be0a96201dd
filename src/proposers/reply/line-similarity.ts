/** How much two lines resemble each other, white space aside: Dice's coefficient of their character pairs, in [0, 1]. */
export function lineSimilarity(left: string, right: string): number {
  const a = left.replaceAll(/\s+/g, '');
  const b = right.replaceAll(/\s+/g, '');
  if (a === b) return 1;
  if (a.length < 2 || b.length < 2) return 0;
  const pairs = new Map<string, number>();
  for (let i = 0; i + 1 < a.length; i++) {
    const pair = a.slice(i, i + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  let shared = 0;
  for (let i = 0; i + 1 < b.length; i++) {
    const pair = b.slice(i, i + 2);
    const unused = pairs.get(pair) ?? 0;
    if (unused === 0) continue;
    pairs.set(pair, unused - 1);
    shared++;
  }
  return (2 * shared) / (a.length + b.length - 2);
}
