import type { RequestView, Router, WorkerView } from '../../harness/contract/index.ts';
import { PolicyError } from '../../harness/sim/policy-error.ts';
import type { RequestColumns } from '../../harness/sim/request-columns.ts';
import type { ClusterRouter, Place } from './router.ts';
import { RouterScope } from './router-scope.ts';
import { createRouterViews } from './router-views.ts';
import type { SimRequest } from './sim-request.ts';
import type { VllmWorker } from './vllm-worker.ts';

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
  policyCalls = 0;
  readonly #scope: RouterScope;
  readonly #place: Place;
  readonly #request: RequestView;
  readonly #workers: readonly WorkerView[];
  readonly #router: Router;
  readonly #cost: (req: RequestView, worker: WorkerView) => number;
  readonly #onRouted: FeedbackHook | undefined;
  readonly #onFirstToken: FeedbackHook | undefined;
  readonly #onCompleted: FeedbackHook | undefined;

  constructor(router: Router | undefined, options: PolicyRouterOptions) {
    if (router === undefined || router === null) throw new PolicyError('the factory returned no `router`');
    this.#router = router;
    this.#cost = requiredHook(router.cost, 'cost');
    this.#onRouted = optionalHook(router.onRouted, 'onRouted');
    this.#onFirstToken = optionalHook(router.onFirstToken, 'onFirstToken');
    this.#onCompleted = optionalHook(router.onCompleted, 'onCompleted');
    this.#place = options.place;
    this.#scope = new RouterScope(options.columns, options.workers, options.blockSize);
    const views = createRouterViews(this.#scope);
    this.#request = views.request;
    this.#workers = views.workers;
  }

  arrive(request: SimRequest, now: number): void {
    this.#scope.focus(request, now);
    const worker = this.#cheapest();
    this.#scope.books[worker]!.place(request, this.#scope.uncachedTokens(worker), true);
    request.overlapTokens = this.#scope.overlapBlocks(worker) * this.#scope.blockSize;
    this.#place(request, worker, now);
    this.#notify(this.#onRouted, worker);
    this.#scope.lastWorkerOfSession[this.#scope.columns.inferredSession[request.id]!] = worker;
  }

  firstToken(request: SimRequest, worker: number, now: number): void {
    this.#scope.books[worker]!.firstToken(request);
    this.#scope.focus(request, now);
    this.#notify(this.#onFirstToken, worker);
  }

  end(request: SimRequest, worker: number, now: number): void {
    this.#scope.books[worker]!.end(request, true);
    if (!request.finished) return;
    this.#scope.focus(request, now);
    this.#notify(this.#onCompleted, worker);
  }

  assertEmpty(): void {
    for (const [worker, book] of this.#scope.books.entries()) book.assertEmpty(`worker ${worker}`);
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
        isTied ||= this.#scope.books[worker]!.wasUsed || this.#scope.books[best]!.wasUsed;
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
