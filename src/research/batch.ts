export interface Batch {
  /** The attempt with which the batch began. */
  readonly first: number;
  /** Its attempts from the one asked about on. */
  readonly left: readonly number[];
}

/** The batch of an attempt. Batches have fixed places, so a resumed run has the same ones. */
export function batchOf(
  attempt: number,
  { parallel, attempts }: { readonly parallel: number; readonly attempts: number },
): Batch {
  const first = attempt - ((attempt - 1) % parallel);
  const last = Math.min(first + parallel - 1, attempts);
  return { first, left: Array.from({ length: last - attempt + 1 }, (_, offset) => attempt + offset) };
}
