import type { HookCalls } from '../../harness/sim/hook-calls.ts';
import type { SimRequest } from './sim-request.ts';
import type { VllmWorker } from './vllm-worker.ts';

/** Appends a request to a worker's queue. */
export type Place = (request: SimRequest, worker: number, now: number) => void;

/** Decides where requests go. It places through the callback it was made with, at once or later. */
export interface ClusterRouter {
  /** A request has arrived. */
  arrive(request: SimRequest, now: number): void;
  /** A placed request has produced its first token. */
  firstToken(request: SimRequest, worker: number, now: number): void;
  /** A placed request has finished or was rejected. */
  end(request: SimRequest, worker: number, now: number): void;
  /** Decisions with several cheapest workers, other than among workers never used. */
  readonly ties: number;
  readonly hookCalls: HookCalls;
  /** Requests a policy admits to no worker. */
  readonly heldRequests: number;
  /** Throws when bookings are left although every request has ended. */
  assertEmpty(): void;
}

/** Leading prompt blocks of `request` in the worker's cache: its pool and the router's index of it never differ. */
export function overlapBlocks(request: SimRequest, worker: VllmWorker): number {
  let blocks = 0;
  while (blocks < request.promptBlocks && worker.pool.has(request.promptKey(blocks))) blocks += 1;
  return blocks;
}

/** Prompt tokens a worker with this overlap would still have to prefill. */
export function uncachedTokens(request: SimRequest, overlap: number, blockSize: number): number {
  return request.promptTokens - Math.min(request.promptTokens, overlap * blockSize);
}
