import type { RequestView, Router, WorkerView } from '../../harness/contract/index.ts';
import { NONE } from '../../harness/ds/key-table.ts';
import { NO_HOOK_CALLS } from '../../harness/sim/hook-calls.ts';
import { PolicyError } from '../../harness/sim/policy-error.ts';
import type { RequestColumns } from '../../harness/sim/request-columns.ts';
import type { ClusterRouter, Place } from './router.ts';
import { RouterScope } from './router-scope.ts';
import { createRouterViews } from './router-views.ts';
import type { SimRequest } from './sim-request.ts';
import type { VllmWorker } from './vllm-worker.ts';

type FeedbackName = 'onRouted' | 'onFirstToken' | 'onCompleted';
type FeedbackHook = (req: RequestView, worker: WorkerView) => void;

export interface PolicyRouterOptions {
  readonly columns: RequestColumns;
  readonly workers: readonly VllmWorker[];
  readonly blockSize: number;
  readonly place: Place;
}

/** Routes by a policy's cost. The policy only ranks; placing and booking stay here. */
export class PolicyRouter implements ClusterRouter {
  ties = 0;
  readonly hookCalls = { ...NO_HOOK_CALLS };
  /** Requests no worker was admitted for, in order of arrival. */
  #held: SimRequest[] = [];
  readonly #scope: RouterScope;
  readonly #place: Place;
  readonly #request: RequestView;
  readonly #workers: readonly WorkerView[];
  readonly #router: Router;
  readonly #cost: (req: RequestView, worker: WorkerView) => number;
  readonly #admit: ((req: RequestView, worker: WorkerView) => boolean) | undefined;
  readonly #order: ((req: RequestView) => number) | undefined;
  readonly #onRouted: FeedbackHook | undefined;
  readonly #onFirstToken: FeedbackHook | undefined;
  readonly #onCompleted: FeedbackHook | undefined;

  constructor(router: Router | undefined, options: PolicyRouterOptions) {
    if (router === undefined || router === null) throw new PolicyError('the factory returned no `router`');
    this.#router = router;
    this.#cost = requiredHook(router.cost, 'cost');
    this.#admit = optionalHook(router.admit, 'admit');
    this.#order = optionalHook(router.order, 'order');
    this.#onRouted = optionalHook(router.onRouted, 'onRouted');
    this.#onFirstToken = optionalHook(router.onFirstToken, 'onFirstToken');
    this.#onCompleted = optionalHook(router.onCompleted, 'onCompleted');
    this.#place = options.place;
    this.#scope = new RouterScope(options.columns, options.workers, options.blockSize);
    const views = createRouterViews(this.#scope);
    this.#request = views.request;
    this.#workers = views.workers;
  }

  get heldRequests(): number {
    return this.#held.length;
  }

  arrive(request: SimRequest, now: number): void {
    if (this.#held.length === 0 && this.#placed(request, now)) return;
    this.#held.push(request);
    if (this.#held.length > 1) this.#tryHeld(now);
  }

  firstToken(request: SimRequest, worker: number, now: number): void {
    this.#scope.books[worker]!.firstToken(request);
    this.#notifyAbout(request, now, 'onFirstToken', worker);
    this.#tryHeld(now);
  }

  end(request: SimRequest, worker: number, now: number): void {
    this.#scope.books[worker]!.end(request, true);
    if (!request.finished) return;
    this.#notifyAbout(request, now, 'onCompleted', worker);
    this.#tryHeld(now);
  }

  assertEmpty(): void {
    for (const [worker, book] of this.#scope.books.entries()) book.assertEmpty(`worker ${worker}`);
  }

  /** Every held request once, in the policy's order; who still finds no worker stays. */
  #tryHeld(now: number): void {
    const stillHeld = new Set(this.#held);
    for (const request of this.#heldInOrder(now)) if (this.#placed(request, now)) stillHeld.delete(request);
    this.#held = [...stillHeld];
  }

  #heldInOrder(now: number): SimRequest[] {
    const order = this.#order;
    if (order === undefined) return this.#held;
    const ranked = this.#held.map((request) => {
      this.#scope.focus(request, now);
      this.hookCalls.order += 1;
      return { request, rank: asNumber(order.call(this.#router, this.#request), 'order') };
    });
    return ranked.sort(byRank).map(({ request }) => request);
  }

  /** Places the request if a worker may have it. */
  #placed(request: SimRequest, now: number): boolean {
    this.#scope.focus(request, now);
    const worker = this.#cheapest();
    if (worker === NONE) return false;
    this.#scope.books[worker]!.place(request, this.#scope.uncachedTokens(worker), true);
    request.overlapTokens = this.#scope.overlapBlocks(worker) * this.#scope.blockSize;
    this.#place(request, worker, now);
    this.#notify('onRouted', this.#onRouted, worker);
    this.#scope.lastWorkerOfSession[this.#scope.columns.inferredSession[request.id]!] = worker;
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
        isTied ||= this.#scope.books[worker]!.wasUsed || this.#scope.books[best]!.wasUsed;
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

  #notifyAbout(request: SimRequest, now: number, name: 'onFirstToken' | 'onCompleted', worker: number): void {
    this.#scope.focus(request, now);
    this.#notify(name, name === 'onFirstToken' ? this.#onFirstToken : this.#onCompleted, worker);
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
