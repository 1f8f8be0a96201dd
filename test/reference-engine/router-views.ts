import type { RequestView, WorkerView } from '../../harness/contract/index.ts';
import type { RouterScope } from './router-scope.ts';
import { contextTokens, decodeRequests, queuedTokens } from './worker-telemetry.ts';

/** The request of the current hook, read through a private reference: nothing behind it can be reached or changed. */
class RequestViewOfScope implements RequestView {
  readonly #scope: RouterScope;

  constructor(scope: RouterScope) {
    this.#scope = scope;
    Object.freeze(this);
  }

  get isl(): number {
    return this.#scope.request.promptTokens;
  }
  get blocks(): number {
    return this.#scope.request.promptBlocks;
  }
  get blockSize(): number {
    return this.#scope.blockSize;
  }
  get now(): number {
    return this.#scope.now;
  }
  get priority(): number {
    return 0;
  }
  get turn(): number {
    return this.#scope.columns.inferredTurn[this.#scope.request.id]!;
  }
  get lastWorker(): number {
    return this.#scope.lastWorkerOfSession[this.#scope.columns.inferredSession[this.#scope.request.id]!]!;
  }
  get heldMs(): number {
    return this.#scope.now - this.#scope.request.arrivalMs;
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
    return this.#scope.books[this.#id]!.activeOverlapBlocks(this.#scope.request);
  }
  get activeBlocks(): number {
    return this.#scope.books[this.#id]!.activeBlocks;
  }
  get prefillTokens(): number {
    return this.#scope.books[this.#id]!.prefillTokens;
  }
  get inFlight(): number {
    return this.#scope.books[this.#id]!.inFlight;
  }
  get queued(): number {
    return this.#scope.workers[this.#id]!.waiting.length;
  }
  get queuedTokens(): number {
    return queuedTokens(this.#scope.workers[this.#id]!);
  }
  get decodeRequests(): number {
    return decodeRequests(this.#scope.workers[this.#id]!);
  }
  get contextTokens(): number {
    return contextTokens(this.#scope.workers[this.#id]!);
  }
  get usedBlocks(): number {
    return this.#scope.workers[this.#id]!.pool.active;
  }
  get passEndsInMs(): number {
    const worker = this.#scope.workers[this.#id]!;
    return worker.isBusy ? worker.passEndMs - this.#scope.now : 0;
  }
  get capacityBlocks(): number {
    return this.#scope.workers[this.#id]!.pool.capacity;
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
    workers: scope.workers.map((worker) => new WorkerViewOfScope(scope, worker.id)),
  };
}
