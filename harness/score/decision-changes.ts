/** How many of a scenario's requests one policy placed on another worker than the other policy did. */
export interface DecisionChanges {
  readonly changed: number;
  readonly of: number;
}

/** By scenario, as many as both have: `before` and `after` hold the worker of each request. */
export function decisionChanges(
  before: readonly ArrayLike<number>[],
  after: readonly ArrayLike<number>[],
): DecisionChanges[] {
  return after.slice(0, before.length).map((workers, scenario) => {
    const others = before[scenario] ?? [];
    if (others.length !== workers.length)
      throw new Error(`${workers.length} decisions do not compare with ${others.length}`);
    let changed = 0;
    for (let request = 0; request < workers.length; request++) {
      if (workers[request] !== others[request]) changed += 1;
    }
    return { changed, of: workers.length };
  });
}
