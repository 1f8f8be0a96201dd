export interface TableOptions {
  /** Columns of words, set to the left; all others hold figures. Default: the first. */
  readonly words?: readonly number[];
}

/** Lines up cells in columns two spaces apart: words to the left, figures to the right. */
export function textTable(rows: readonly (readonly string[])[], { words = [0] }: TableOptions = {}): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => [...(row[column] ?? '')].length)),
  );
  const lines = rows.map((row) =>
    widths
      .map((width, column) => pad(row[column] ?? '', width, words.includes(column)))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

function pad(cell: string, width: number, toTheLeft: boolean): string {
  const space = ' '.repeat(width - [...cell].length);
  return toTheLeft ? cell + space : space + cell;
}
