/**
 * The name that `text` was probably meant to be: one that ends with it, or one of which at most a third differs;
 * undefined if none is that near.
 */
export function nearestName(text: string, names: Iterable<string>): string | undefined {
  const lower = text.toLowerCase();
  let best: string | undefined;
  let least = 1 / 3 + Number.EPSILON;
  for (const name of names) {
    const difference = name.endsWith(`_${lower}`)
      ? 0
      : editDistance(lower, name) / Math.max(lower.length, name.length);
    if (difference < least) [best, least] = [name, difference];
  }
  return best;
}

/** Letters to insert, delete or replace (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
  }
  return row.at(-1) ?? 0;
}
