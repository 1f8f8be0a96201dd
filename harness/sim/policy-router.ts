import type { RequestView, Router, WorkerView } from '../contract/index.ts';
import { PolicyError } from './policy-error.ts';
import type { ClusterRouter, RouterContext } from './router.ts';
import { RouterScope } from './router-scope.ts';
import { createRouterViews } from './router-views.ts';

type FeedbackHook = (req: RequestView, worker: WorkerView) => void;

/** Routes by a policy's cost. The policy only ranks; placing and booking stay here. */
export class PolicyRouter implements ClusterRouter {
  ties = 0;
  policyCalls = 0;
  readonly #context: RouterContext;
  readonly #scope: RouterScope;
  readonly #request: RequestView;
  readonly #workers: readonly WorkerView[];
  readonly #router: Router;
  readonly #cost: (req: RequestView, worker: WorkerView) => number;
  readonly #onRouted: FeedbackHook | undefined;
  readonly #onFirstToken: FeedbackHook | undefined;
  readonly #onCompleted: FeedbackHook | undefined;

  constructor(router: Router | undefined, context: RouterContext) {
    if (router === undefined || router === null) throw new PolicyError('the factory returned no `router`');
    this.#router = router;
    this.#cost = requiredHook(router.cost, 'cost');
    this.#onRouted = optionalHook(router.onRouted, 'onRouted');
    this.#onFirstToken = optionalHook(router.onFirstToken, 'onFirstToken');
    this.#onCompleted = optionalHook(router.onCompleted, 'onCompleted');
    this.#context = context;
    this.#scope = new RouterScope(context);
    const views = createRouterViews(this.#scope);
    this.#request = views.request;
    this.#workers = views.workers;
  }

  arrive(request: number): void {
    const { requests, blockSize, place } = this.#context;
    const scope = this.#scope;
    scope.focus(request);
    const worker = this.#cheapest();
    scope.books.place(worker, request, scope.uncachedTokens(worker));
    scope.placed();
    requests.overlapTokens[request] = scope.overlapBlocks(worker) * blockSize;
    place(request, worker);
    this.#notify(this.#onRouted, worker);
    scope.lastWorkerOfSession[requests.columns.inferredSession[request]!] = worker;
  }

  firstToken(request: number, worker: number): void {
    this.#scope.books.firstToken(worker, request);
    if (this.#onFirstToken === undefined) return;
    this.#scope.focus(request);
    this.#notify(this.#onFirstToken, worker);
  }

  end(request: number, worker: number, completed: boolean): void {
    this.#scope.books.end(worker, request);
    if (!completed || this.#onCompleted === undefined) return;
    this.#scope.focus(request);
    this.#notify(this.#onCompleted, worker);
  }

  assertEmpty(): void {
    this.#scope.books.assertEmpty();
  }

  /** Lowest cost by plain `<`, starting from the first worker: ties go to the lowest id. */
  #cheapest(): number {
    let best = 0;
    let bestCost = this.#costOf(0);
    let isTied = false;
    for (let worker = 1; worker < this.#workers.length; worker++) {
      const cost = this.#costOf(worker);
      if (cost < bestCost) {
        best = worker;
        bestCost = cost;
        isTied = false;
      } else if (cost === bestCost)
        isTied ||= this.#scope.books.wasUsed[worker] === 1 || this.#scope.books.wasUsed[best] === 1;
    }
    if (isTied) this.ties += 1;
    return best;
  }

  #costOf(worker: number): number {
    this.policyCalls += 1;
    const cost: unknown = this.#cost.call(this.#router, this.#request, this.#workers[worker]!);
    if (typeof cost !== 'number') throw new PolicyError(`router.cost returned ${typeof cost}, not a number`);
    if (Number.isNaN(cost)) throw new PolicyError('router.cost returned NaN');
    return cost;
  }

  #notify(hook: FeedbackHook | undefined, worker: number): void {
    if (hook === undefined) return;
    this.policyCalls += 1;
    hook.call(this.#router, this.#request, this.#workers[worker]!);
  }
}

function requiredHook<T>(hook: T, name: string): T {
  if (typeof hook !== 'function') throw new PolicyError(`router.${name} is not a function`);
  return hook;
}

function optionalHook<T>(hook: T | undefined, name: string): T | undefined {
  return hook === undefined ? undefined : requiredHook(hook, name);
}
