import { createHash } from 'node:crypto';

/** SHA-256 of a scenario's decisions: which requests were placed, in which order, and where. */
export function decisionHash(placementOrder: Int32Array, worker: Int32Array): string {
  const hash = createHash('sha256');
  hash.update(bytesOf(Int32Array.of(placementOrder.length)));
  hash.update(bytesOf(placementOrder));
  hash.update(bytesOf(worker));
  return hash.digest('hex');
}

/** One hash for the decisions of several scenarios, in order. */
export function combinedDecisionHash(hashes: readonly string[]): string {
  return createHash('sha256').update(hashes.join('\n')).digest('hex');
}

function bytesOf(column: Int32Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
