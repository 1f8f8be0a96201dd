import { NO_HOOK_CALLS } from './hook-calls.ts';
import { InvariantError } from './invariant-error.ts';
import type { ClusterRouter, RouterContext } from './router.ts';

/** Everything a router has decided: enough to simulate the same again without asking it. */
export interface PlacementLog {
  /** Requests in the order they were placed. */
  readonly placementOrder: Int32Array;
  /** How many calls the router had had at each placement. */
  readonly placementCalls: Int32Array;
  /** Where each request was placed. */
  readonly worker: Int32Array;
}

/** Places as it is written. Throws InvariantError where the log can't be a router's: it may come from anywhere. */
export function recordedRouter(
  log: PlacementLog,
  { place, workers, requests }: RouterContext,
): ClusterRouter {
  const { placementOrder, placementCalls, worker } = log;
  const waiting = new Uint8Array(requests.columns.count);
  let calls = 0;
  let placed = 0;
  const next = () => {
    calls += 1;
    for (; placementCalls[placed] === calls; placed++) {
      const request = placementOrder[placed]!;
      const id = worker[request]!;
      if (waiting[request] !== 1)
        throw new InvariantError(`request ${request + 1} is placed when it is not there`);
      if (workers[id] === undefined)
        throw new InvariantError(`request ${request + 1} is placed on worker ${id}`);
      waiting[request] = 0;
      place(request, id);
    }
  };
  return {
    arrive(request) {
      waiting[request] = 1;
      next();
    },
    firstToken: next,
    end: next,
    ties: 0,
    hookCalls: NO_HOOK_CALLS,
    get heldRequests() {
      return waiting.reduce((sum, flag) => sum + flag, 0);
    },
    assertEmpty() {
      if (placed !== placementOrder.length)
        throw new InvariantError(`${placementOrder.length - placed} placements never come about`);
    },
  };
}
