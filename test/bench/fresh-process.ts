import { execa } from 'execa';

/** Runs a TypeScript file in a process of its own and returns the JSON object it prints. */
export async function inFreshProcess<Result>(script: string, args: readonly string[]): Promise<Result> {
  const file = new URL(script, import.meta.url).pathname;
  const { stdout } = await execa(process.execPath, ['--import', 'tsx', file, ...args]);
  return JSON.parse(stdout);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** `minimum / median unit`. */
export function spread(values: readonly number[], unit: string): string {
  return `min ${Math.min(...values).toFixed(0)} median ${median(values).toFixed(0)} ${unit}`;
}
