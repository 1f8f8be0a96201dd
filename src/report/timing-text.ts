import type { TimingSource } from '../../harness/index.ts';

/** Whose pass times a result has: name and the first digits of the hash. */
export function timingText({ name, hash }: TimingSource): string {
  return `${name} (${hash.slice(0, 12)})`;
}
