import { createHash } from 'node:crypto';
import type { PlacementLog } from '../sim/recorded-router.ts';

/** SHA-256 of a scenario's decisions: which requests were placed where, in which order, and when. */
export function decisionHash({ placementOrder, placementCalls, worker }: PlacementLog): string {
  const hash = createHash('sha256');
  hash.update(bytesOf(Int32Array.of(placementOrder.length)));
  hash.update(bytesOf(placementOrder));
  hash.update(bytesOf(placementCalls));
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
