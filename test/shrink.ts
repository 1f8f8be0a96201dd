/** Makes a failing case smaller as long as it still fails: takes the first smaller one that does, and begins again with that. */
export async function shrink<Case>(
  failing: Case,
  smallerCases: (failing: Case) => Iterable<Case>,
  stillFails: (candidate: Case) => boolean | Promise<boolean>,
  maxAttempts: number,
): Promise<Case> {
  let smallest = failing;
  let attempts = 0;
  let progress = true;
  while (progress && attempts < maxAttempts) {
    progress = false;
    for (const candidate of smallerCases(smallest)) {
      attempts += 1;
      if (attempts > maxAttempts) break;
      if (!(await stillFails(candidate))) continue;
      smallest = candidate;
      progress = true;
      break;
    }
  }
  return smallest;
}

/** A list without a half, a quarter … a single one of its items. */
export function* withoutStretches<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let length = Math.ceil(items.length / 2); length >= 1; length = Math.floor(length / 2)) {
    for (let start = 0; start < items.length; start += length) {
      yield [...items.slice(0, start), ...items.slice(start + length)];
    }
  }
}
