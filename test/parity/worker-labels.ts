type Label = string | number | undefined;

/** The worker of a request on either side. Requests of one group can't be told apart, so their workers are a set. */
export interface LabelPair {
  readonly expected: Label;
  readonly actual: Label;
  readonly group: number;
}

interface Group {
  readonly expected: Label[];
  readonly actual: Label[];
}

/** Whether some renaming of the workers, one to one, makes both sides equal. */
export function isSameUpToLabels(pairs: readonly LabelPair[]): boolean {
  const groups = new Map<number, Group>();
  for (const { expected, actual, group } of pairs) {
    const members = groups.get(group) ?? { expected: [], actual: [] };
    members.expected.push(expected);
    members.actual.push(actual);
    groups.set(group, members);
  }
  return extend(
    new Map(),
    [...groups.values()].sort((a, b) => a.expected.length - b.expected.length),
  );
}

/** Extends a renaming by one group after another; only groups with several new workers leave a choice. */
function extend(names: ReadonlyMap<Label, Label>, groups: readonly Group[], from = 0): boolean {
  for (let index = from; index < groups.length; index++) {
    const { expected, actual } = groups[index] as Group;
    const left = [...actual];
    const unnamed: Label[] = [];
    for (const label of expected) {
      if (!names.has(label)) unnamed.push(label);
      else if (!removeOne(left, names.get(label))) return false;
    }
    const label = unnamed[0];
    if (unnamed.length === 0) continue;
    const used = new Set(names.values());
    const free = [...new Set(left)].filter((candidate) => !used.has(candidate));
    return free.some((candidate) => extend(new Map(names).set(label, candidate), groups, index));
  }
  return true;
}

function removeOne(labels: Label[], label: Label): boolean {
  const index = labels.indexOf(label);
  if (index >= 0) labels.splice(index, 1);
  return index >= 0;
}
