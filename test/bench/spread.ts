export function least(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** `minimum / median`; nothing of nothing. */
export function spread(values: readonly number[], digits = 0): string {
  if (values.length === 0) return '';
  return `${least(values).toFixed(digits)} / ${median(values).toFixed(digits)}`;
}
