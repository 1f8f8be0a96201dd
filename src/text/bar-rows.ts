import { textTable } from './text-table.ts';

export interface BarRow {
  readonly label: string;
  readonly value: number;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** One line per value ≥ 0: label, figure and a bar, the longest `width` characters. */
export function barRows(rows: readonly BarRow[], width: number, show: (value: number) => string): string {
  const top = Math.max(...rows.map(({ value }) => value));
  return textTable(
    rows.map(({ label, value }) => [label, show(value), bar(top === 0 ? 0 : value / top, width)]),
    { words: [2] },
  );
}

function bar(share: number, width: number): string {
  const eighths = Math.round(share * width * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}
