/** The name that `text` was probably meant to be: at most a third of its letters differ; undefined if none is that near. */
export function nearestName(text: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Math.floor(text.length / 3) + 1;
  for (const name of names) {
    const edits = editDistance(text.toLowerCase(), name);
    if (edits < fewest) [best, fewest] = [name, edits];
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
