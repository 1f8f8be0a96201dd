const LEVELS = '▁▂▃▄▅▆▇█';

/** Values ≥ 0 as one bar each, the tallest full height; neighbours are averaged to fit into `width`. */
export function sparkline(values: readonly number[], width: number): string {
  const bars = averaged(values, width);
  const top = bars.reduce((highest, value) => Math.max(highest, value), 0);
  return bars.map((value) => LEVELS.charAt(levelOf(value, top))).join('');
}

function levelOf(value: number, top: number): number {
  return top === 0 ? 0 : Math.min(LEVELS.length - 1, Math.floor((value / top) * LEVELS.length));
}

function averaged(values: readonly number[], width: number): number[] {
  const bars = Math.min(values.length, width);
  return Array.from({ length: bars }, (_, bar) => {
    const group = values.slice(
      Math.floor((bar * values.length) / bars),
      Math.floor(((bar + 1) * values.length) / bars),
    );
    return group.reduce((sum, value) => sum + value, 0) / group.length;
  });
}
