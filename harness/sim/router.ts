import type { ClusterClock } from './cluster-clock.ts';
import { type HookCalls, NO_HOOK_CALLS } from './hook-calls.ts';
import type { PrefixIndex } from './prefix-index.ts';
import type { RequestStates } from './request-states.ts';
import type { VllmWorker } from './vllm-worker.ts';

/** Appends a request to a worker's queue. */
export type Place = (request: number, worker: number) => void;

/** What a router is given to decide with. */
export interface RouterContext {
  readonly workers: readonly VllmWorker[];
  readonly requests: RequestStates;
  readonly clock: ClusterClock;
  readonly place: Place;
  /** When each request arrived. */
  readonly arrivalMs: Float64Array;
  /** Tokens per KV block. */
  readonly blockSize: number;
  /** What each worker's index says; undefined for a router that does not look. */
  readonly index: PrefixIndex | undefined;
}

/** Leading prompt blocks of a request in each worker's index, all workers as they are now. */
export function cachedOverlaps(
  { workers, clock, index }: RouterContext,
  request: number,
  overlaps: Int32Array,
): void {
  if (index === undefined) throw new Error('nobody keeps track of the blocks');
  clock.catchUpCaches(workers);
  index.overlaps(request, overlaps);
}

/** Decides where requests go. It places through its context, at once or later. */
export interface ClusterRouter {
  /** A request has arrived. */
  arrive(request: number): void;
  /** A placed request has produced its first token. */
  firstToken(request: number, worker: number): void;
  /** A placed request has finished or, if not `completed`, was rejected. */
  end(request: number, worker: number, completed: boolean): void;
  /** Decisions with several cheapest workers, other than among workers never used. */
  readonly ties: number;
  readonly hookCalls: HookCalls;
  /** Requests a policy admits to no worker. */
  readonly heldRequests: number;
  /** Throws when bookings are left although every request has ended. */
  assertEmpty(): void;
}

/** Workers in turn, in the order of arrival, rejected requests included; load is not looked at. */
export function roundRobinRouter({ workers, place }: RouterContext): ClusterRouter {
  let next = 0;
  return {
    arrive(request) {
      place(request, next);
      next = (next + 1) % workers.length;
    },
    firstToken() {},
    end() {},
    ties: 0,
    hookCalls: NO_HOOK_CALLS,
    heldRequests: 0,
    assertEmpty() {},
  };
}

/** Prompt tokens a worker with this overlap would still have to prefill. */
export function uncachedTokens(promptTokens: number, overlapBlocks: number, blockSize: number): number {
  return promptTokens - Math.min(promptTokens, overlapBlocks * blockSize);
}
