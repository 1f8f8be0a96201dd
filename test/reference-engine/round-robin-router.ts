import { NO_HOOK_CALLS } from '../../harness/sim/hook-calls.ts';
import type { ClusterRouter, Place } from './router.ts';

/** Workers in turn, in the order of arrival, rejected requests included; load is not looked at. */
export function roundRobinRouter(workers: number, place: Place): ClusterRouter {
  let next = 0;
  return {
    arrive(request, now) {
      place(request, next, now);
      next = (next + 1) % workers;
    },
    firstToken() {},
    end() {},
    ties: 0,
    hookCalls: NO_HOOK_CALLS,
    heldRequests: 0,
    assertEmpty() {},
  };
}
