/** A distribution as points of its inverse cumulative function: [share, value], both non-decreasing, shares from 0 to 1. */
export type QuantileTable = readonly (readonly number[])[];

/** The value at a share in [0, 1), on the straight line between its neighbours; two points at one share are a jump. */
export function valueAt(table: QuantileTable, share: number): number {
  let [lowShare = 0, lowValue = 0] = table[0] ?? [];
  for (const [highShare = 0, highValue = 0] of table) {
    if (share < highShare) {
      return lowValue + ((highValue - lowValue) * (share - lowShare)) / (highShare - lowShare);
    }
    lowShare = highShare;
    lowValue = highValue;
  }
  return lowValue;
}
