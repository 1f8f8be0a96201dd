/** A copy of a column with twice the room. */
export function doubled(column: Int32Array): Int32Array<ArrayBuffer>;
export function doubled(column: Float64Array): Float64Array<ArrayBuffer>;
export function doubled(column: Int32Array | Float64Array): Int32Array | Float64Array {
  const room = column.length * 2;
  const larger = column instanceof Int32Array ? new Int32Array(room) : new Float64Array(room);
  larger.set(column);
  return larger;
}
