/** Keys renumbered 0, 1, 2, … in order of first appearance. `bound` exceeds every key. */
export function denseKeys(keys: Int32Array, bound: number): { keys: Int32Array; keyCount: number } {
  const numberOf = new Int32Array(bound).fill(-1);
  const dense = new Int32Array(keys.length);
  let keyCount = 0;
  for (let position = 0; position < keys.length; position++) {
    const key = keys[position] as number;
    let number = numberOf[key] as number;
    if (number < 0) {
      number = keyCount++;
      numberOf[key] = number;
    }
    dense[position] = number;
  }
  return { keys: dense, keyCount };
}
