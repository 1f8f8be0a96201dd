import type { RequestView, WorkerView } from '../contract/index.ts';
import type { RouterScope } from './router-scope.ts';

/** The request of the current hook, read through a private reference: nothing behind it can be reached or changed. */
class RequestViewOfScope implements RequestView {
  readonly #scope: RouterScope;

  constructor(scope: RouterScope) {
    this.#scope = scope;
    Object.freeze(this);
  }

  get isl(): number {
    return this.#scope.context.requests.columns.promptTokens[this.#scope.request]!;
  }
  get blocks(): number {
    const { keyStart } = this.#scope.context.requests.columns;
    return keyStart[this.#scope.request + 1]! - keyStart[this.#scope.request]!;
  }
  get blockSize(): number {
    return this.#scope.context.blockSize;
  }
  get now(): number {
    return this.#scope.context.clock.now;
  }
  get priority(): number {
    return 0;
  }
  get turn(): number {
    return this.#scope.context.requests.columns.inferredTurn[this.#scope.request]!;
  }
  get lastWorker(): number {
    const { inferredSession } = this.#scope.context.requests.columns;
    return this.#scope.lastWorkerOfSession[inferredSession[this.#scope.request]!]!;
  }
  get heldMs(): number {
    const { clock, arrivalMs } = this.#scope.context;
    return clock.now - arrivalMs[this.#scope.request]!;
  }
  get minPrefillTokens(): number {
    return this.#scope.minPrefillTokens();
  }
}

class WorkerViewOfScope implements WorkerView {
  readonly #scope: RouterScope;
  readonly #id: number;

  constructor(scope: RouterScope, id: number) {
    this.#scope = scope;
    this.#id = id;
    Object.freeze(this);
  }

  get id(): number {
    return this.#id;
  }
  get overlapBlocks(): number {
    return this.#scope.overlapBlocks(this.#id);
  }
  get activeOverlapBlocks(): number {
    return this.#scope.activeOverlapBlocks(this.#id);
  }
  get activeBlocks(): number {
    return this.#scope.books.activeBlocks[this.#id]!;
  }
  get prefillTokens(): number {
    return this.#scope.books.prefillTokens[this.#id]!;
  }
  get inFlight(): number {
    return this.#scope.books.inFlight[this.#id]!;
  }
  get queued(): number {
    return this.#scope.worker(this.#id).waiting.length;
  }
  get queuedTokens(): number {
    return this.#scope.worker(this.#id).queuedTokens();
  }
  get decodeRequests(): number {
    return this.#scope.worker(this.#id).decodeRequests();
  }
  get contextTokens(): number {
    const { clock } = this.#scope.context;
    const worker = this.#scope.worker(this.#id);
    return worker.contextTokens(clock.now, clock.hasEnded(worker));
  }
  get usedBlocks(): number {
    return this.#scope.worker(this.#id).cache.active;
  }
  get passEndsInMs(): number {
    return this.#scope.worker(this.#id).passEndsInMs(this.#scope.context.clock.now);
  }
  get capacityBlocks(): number {
    return this.#scope.context.workers[this.#id]!.cache.capacity;
  }
  get hostOverlapBlocks(): number {
    return 0;
  }
  get ageMs(): number {
    return 0;
  }
}

// `new view.constructor(…)` must not mint views, and getters must not be replaced.
for (const view of [RequestViewOfScope, WorkerViewOfScope]) {
  Object.defineProperty(view.prototype, 'constructor', { value: undefined });
  Object.freeze(view.prototype);
}

/** The views a router policy is called with: made once per simulation, always showing the scope's current focus. */
export function createRouterViews(scope: RouterScope): {
  request: RequestView;
  workers: readonly WorkerView[];
} {
  return {
    request: new RequestViewOfScope(scope),
    workers: scope.context.workers.map((worker) => new WorkerViewOfScope(scope, worker.id)),
  };
}
