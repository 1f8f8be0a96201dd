import type { RequestView, Router, WorkerView } from '../contract/index.ts';
import { NONE } from '../ds/key-table.ts';
import { NO_HOOK_CALLS, totalCalls } from './hook-calls.ts';
import { PolicyError } from './policy-error.ts';
import type { ClusterRouter, RouterContext } from './router.ts';
import { RouterScope } from './router-scope.ts';
import { createRouterViews } from './router-views.ts';

type FeedbackName = 'onRouted' | 'onFirstToken' | 'onCompleted';
type FeedbackHook = (req: RequestView, worker: WorkerView) => void;

/** Routes by a policy's cost. The policy only ranks; placing and booking stay here. */
export class PolicyRouter implements ClusterRouter {
  ties = 0;
  readonly hookCalls = { ...NO_HOOK_CALLS };
  /** Requests no worker was admitted for, in order of arrival. */
  #held: number[] = [];
  readonly #context: RouterContext;
  readonly #maxCalls: number;
  readonly #scope: RouterScope;
  readonly #request: RequestView;
  readonly #workers: readonly WorkerView[];
  readonly #router: Router;
  readonly #cost: (req: RequestView, worker: WorkerView) => number;
  readonly #admit: ((req: RequestView, worker: WorkerView) => boolean) | undefined;
  readonly #order: ((req: RequestView) => number) | undefined;
  readonly #onRouted: FeedbackHook | undefined;
  readonly #onFirstToken: FeedbackHook | undefined;
  readonly #onCompleted: FeedbackHook | undefined;

  constructor(router: Router | undefined, context: RouterContext, maxCalls = Number.POSITIVE_INFINITY) {
    if (router === undefined || router === null) throw new PolicyError('the factory returned no `router`');
    this.#router = router;
    this.#cost = requiredHook(router.cost, 'cost');
    this.#admit = optionalHook(router.admit, 'admit');
    this.#order = optionalHook(router.order, 'order');
    this.#onRouted = optionalHook(router.onRouted, 'onRouted');
    this.#onFirstToken = optionalHook(router.onFirstToken, 'onFirstToken');
    this.#onCompleted = optionalHook(router.onCompleted, 'onCompleted');
    this.#context = context;
    this.#maxCalls = maxCalls;
    this.#scope = new RouterScope(context);
    const views = createRouterViews(this.#scope);
    this.#request = views.request;
    this.#workers = views.workers;
  }

  get heldRequests(): number {
    return this.#held.length;
  }

  arrive(request: number): void {
    if (this.#held.length === 0 && this.#placed(request)) return;
    this.#held.push(request);
    if (this.#held.length > 1) this.#tryHeld();
  }

  firstToken(request: number, worker: number): void {
    this.#scope.books.firstToken(worker, request);
    this.#notifyAbout(request, 'onFirstToken', this.#onFirstToken, worker);
    this.#tryHeld();
  }

  end(request: number, worker: number, completed: boolean): void {
    this.#scope.books.end(worker, request);
    if (!completed) return;
    this.#notifyAbout(request, 'onCompleted', this.#onCompleted, worker);
    this.#tryHeld();
  }

  assertEmpty(): void {
    this.#scope.books.assertEmpty();
  }

  /** Every held request once, in the policy's order; who still finds no worker stays. */
  #tryHeld(): void {
    if (this.#held.length === 0) return;
    const placed = new Set<number>();
    for (const request of this.#heldInOrder()) if (this.#placed(request)) placed.add(request);
    if (placed.size > 0) this.#held = this.#held.filter((request) => !placed.has(request));
  }

  #heldInOrder(): number[] {
    const order = this.#order;
    if (order === undefined) return this.#held;
    const ranked = this.#held.map((request) => {
      this.#scope.focus(request);
      this.hookCalls.order += 1;
      return { request, rank: asNumber(order.call(this.#router, this.#request), 'order') };
    });
    return ranked.sort(byRank).map(({ request }) => request);
  }

  /** Places the request if a worker may have it. */
  #placed(request: number): boolean {
    const { requests, blockSize, place } = this.#context;
    if (totalCalls(this.hookCalls) > this.#maxCalls)
      throw new PolicyError(`its hooks were called more than ${this.#maxCalls} times: hold fewer requests`);
    const scope = this.#scope;
    scope.focus(request);
    const worker = this.#cheapest();
    if (worker === NONE) return false;
    scope.books.place(worker, request, scope.uncachedTokens(worker));
    scope.placed();
    requests.overlapTokens[request] = scope.overlapBlocks(worker) * blockSize;
    place(request, worker);
    this.#notify('onRouted', this.#onRouted, worker);
    scope.lastWorkerOfSession[requests.columns.inferredSession[request]!] = worker;
    return true;
  }

  /** Lowest cost among admitted workers by plain `<`, ties to the lowest id; NONE if none is admitted. */
  #cheapest(): number {
    let best = NONE;
    let bestCost = Number.POSITIVE_INFINITY;
    let isTied = false;
    for (let worker = 0; worker < this.#workers.length; worker++) {
      if (this.#admit !== undefined && !this.#admits(this.#admit, worker)) continue;
      const cost = this.#costOf(worker);
      if (best === NONE || cost < bestCost) {
        best = worker;
        bestCost = cost;
        isTied = false;
      } else if (cost === bestCost) {
        isTied ||= this.#scope.books.wasUsed[worker] === 1 || this.#scope.books.wasUsed[best] === 1;
      }
    }
    if (isTied) this.ties += 1;
    return best;
  }

  #admits(admit: (req: RequestView, worker: WorkerView) => boolean, worker: number): boolean {
    this.hookCalls.admit += 1;
    const admitted: unknown = admit.call(this.#router, this.#request, this.#workers[worker]!);
    if (typeof admitted !== 'boolean')
      throw new PolicyError(`router.admit returned ${typeof admitted}, not a boolean`);
    return admitted;
  }

  #costOf(worker: number): number {
    this.hookCalls.cost += 1;
    return asNumber(this.#cost.call(this.#router, this.#request, this.#workers[worker]!), 'cost');
  }

  #notifyAbout(request: number, name: FeedbackName, hook: FeedbackHook | undefined, worker: number): void {
    if (hook === undefined) return;
    this.#scope.focus(request);
    this.#notify(name, hook, worker);
  }

  #notify(name: FeedbackName, hook: FeedbackHook | undefined, worker: number): void {
    if (hook === undefined) return;
    this.hookCalls[name] += 1;
    hook.call(this.#router, this.#request, this.#workers[worker]!);
  }
}

/** A policy's number, checked: nothing is coerced. */
function asNumber(value: unknown, hook: string): number {
  if (typeof value !== 'number')
    throw new PolicyError(`router.${hook} returned ${typeof value}, not a number`);
  if (Number.isNaN(value)) throw new PolicyError(`router.${hook} returned NaN`);
  return value;
}

/** Not by difference: ranks may be infinite. */
function byRank(a: { readonly rank: number }, b: { readonly rank: number }): number {
  if (a.rank === b.rank) return 0;
  return a.rank < b.rank ? -1 : 1;
}

function requiredHook<T>(hook: T, name: string): T {
  if (typeof hook !== 'function') throw new PolicyError(`router.${name} is not a function`);
  return hook;
}

function optionalHook<T>(hook: T | undefined, name: string): T | undefined {
  return hook === undefined ? undefined : requiredHook(hook, name);
}
