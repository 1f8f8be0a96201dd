import type { Policy } from '../../harness/contract/index.ts';
import type { SimulationSpec } from '../../harness/sim/config.ts';
import { assertConservation } from '../../harness/sim/conservation.ts';
import { DeadEndError } from '../../harness/sim/dead-end-error.ts';
import { totalCalls } from '../../harness/sim/hook-calls.ts';
import { InvariantError } from '../../harness/sim/invariant-error.ts';
import type { RequestColumns } from '../../harness/sim/request-columns.ts';
import { type SimulationResult, STATUS } from '../../harness/sim/simulation-result.ts';
import { KvRouter } from './kv-router.ts';
import { createLoadDriver, type LoadDriver } from './load-driver.ts';
import { OutcomeRecorder } from './outcome-recorder.ts';
import { PolicyRouter } from './policy-router.ts';
import { roundRobinRouter } from './round-robin-router.ts';
import type { ClusterRouter, Place } from './router.ts';
import { SimRequest, UniqueKeys } from './sim-request.ts';
import { VllmWorker } from './vllm-worker.ts';

/**
 * Replays the requests through a cluster and returns what happened to each. Deterministic: equal arguments give equal
 * results. Throws PolicyError, InvariantError or DeadEndError.
 */
export function simulateByTheBook(requests: RequestColumns, spec: SimulationSpec): SimulationResult {
  return new Cluster(requests, spec).run();
}

/** One clock, one event order. The router, the load driver and the recorder act; engines are told the time. */
class Cluster {
  readonly #columns: RequestColumns;
  readonly #spec: SimulationSpec;
  readonly #workers: VllmWorker[];
  readonly #router: ClusterRouter;
  readonly #driver: LoadDriver;
  readonly #recorder: OutcomeRecorder;
  readonly #uniqueKeys: UniqueKeys;
  #inFlight = 0;
  #routerCalls = 0;
  #lastEventMs = 0;

  constructor(columns: RequestColumns, spec: SimulationSpec) {
    this.#columns = columns;
    this.#spec = spec;
    this.#recorder = new OutcomeRecorder(columns.count, spec.maxSimTimeMs);
    this.#uniqueKeys = new UniqueKeys(columns.keyCount);
    this.#driver = createLoadDriver(columns, spec.load);
    this.#workers = Array.from({ length: spec.workers }, (_, id) => this.#createWorker(id));
    this.#router = this.#createRouter((request, worker) => {
      this.#recorder.placed(request.id, worker, this.#routerCalls);
      this.#workers[worker]!.enqueue(request);
    });
  }

  run(): SimulationResult {
    let now = this.#nextEventMs();
    while (now <= this.#spec.maxSimTimeMs && now !== Number.POSITIVE_INFINITY) {
      while (this.#settle(now)) this.#lastEventMs = now;
      now = this.#nextEventMs();
    }
    const reachedEnd = now === Number.POSITIVE_INFINITY;
    if (!reachedEnd && this.#workers.length === 1) this.#stopBetweenPasses(now);
    if (reachedEnd && this.#inFlight > 0) throw this.#stuck();
    const result = this.#result();
    assertConservation(this.#columns, result, reachedEnd);
    if (reachedEnd) {
      for (const worker of this.#workers) worker.pool.assertNothingHeld(`worker ${worker.id}`);
      this.#router.assertEmpty();
    }
    return result;
  }

  /**
   * A single worker of the original looks at the clock between passes only: the pass it is in still ends and, in open
   * loop, what is ready by then (or next, when it is idle) has arrived.
   */
  #stopBetweenPasses(nextMs: number): void {
    const { isBusy, passEndMs } = this.#workers[0]!;
    const now = isBusy ? passEndMs : nextMs;
    if (isBusy) {
      this.#endPasses(now);
      this.#lastEventMs = now;
    }
    if (this.#spec.load.kind === 'open') this.#dispatchReady(now);
  }

  /** One round of everything due at `now`: pass ends, then arrivals, then pass starts. False when nothing was. */
  #settle(now: number): boolean {
    const ended = this.#endPasses(now);
    const arrived = this.#dispatchReady(now);
    const started = this.#startPasses(now);
    return ended || arrived || started;
  }

  #endPasses(now: number): boolean {
    let any = false;
    for (const worker of this.#workers) {
      if (worker.passEndMs > now) continue;
      any = true;
      const { emitted, rejected } = worker.endPass();
      for (const request of emitted) this.#emit(request, worker.id, now);
      for (const request of rejected) this.#end(request, worker.id, now, STATUS.rejected);
    }
    return any;
  }

  #emit(request: SimRequest, worker: number, now: number): void {
    if (request.outputTokens > 0) this.#recorder.token(request.id, now);
    if (request.finished) this.#end(request, worker, now, STATUS.completed);
    else if (request.generated === 1) {
      this.#routerCalls += 1;
      this.#router.firstToken(request, worker, now);
    }
  }

  #end(
    request: SimRequest,
    worker: number,
    now: number,
    status: typeof STATUS.completed | typeof STATUS.rejected,
  ) {
    this.#inFlight -= 1;
    this.#recorder.ended(request.id, now, status);
    this.#routerCalls += 1;
    this.#router.end(request, worker, now);
    this.#driver.complete(request.id, now);
  }

  #dispatchReady(now: number): boolean {
    if (!this.#driverIsListening()) return false;
    let any = false;
    for (let id = this.#driver.take(now); id >= 0; id = this.#driver.take(now)) {
      any = true;
      const request = new SimRequest(this.#columns, id, this.#uniqueKeys);
      request.arrivalMs = this.#driver.arrivalMs(id, now);
      this.#inFlight += 1;
      this.#recorder.arrived(id, request.arrivalMs);
      this.#routerCalls += 1;
      this.#router.arrive(request, now);
    }
    return any;
  }

  #startPasses(now: number): boolean {
    let any = false;
    for (const worker of this.#workers) {
      if (!worker.canStart) continue;
      worker.startPass(now);
      any ||= worker.isBusy;
    }
    return any;
  }

  #nextEventMs(): number {
    let next = this.#driverIsListening() ? this.#driver.nextReadyMs() : Number.POSITIVE_INFINITY;
    for (const worker of this.#workers) next = Math.min(next, worker.passEndMs);
    return next;
  }

  /** With a single worker the original's closed loop looks for ready turns only between passes. */
  #driverIsListening(): boolean {
    return this.#spec.load.kind === 'open' || this.#workers.length > 1 || !this.#workers[0]!.isBusy;
  }

  #createWorker(id: number): VllmWorker {
    return new VllmWorker(id, this.#spec.engine, this.#spec.timing, (request, now, reusedTokens) => {
      this.#recorder.admitted(request.id, now, reusedTokens);
    });
  }

  #createRouter(place: Place): ClusterRouter {
    const { router, engine } = this.#spec;
    switch (router.kind) {
      case 'round-robin':
        return roundRobinRouter(this.#workers.length, place);
      case 'kv':
        return new KvRouter(
          {
            config: router.config,
            tieBreak: router.tieBreak,
            blockSize: engine.blockSize,
            maxNumBatchedTokens: engine.maxNumBatchedTokens,
          },
          this.#workers,
          place,
        );
      case 'policy':
        return this.#createPolicyRouter(router.policy, place);
    }
  }

  #createPolicyRouter(policy: Policy, place: Place): ClusterRouter {
    return new PolicyRouter(policy.router, {
      columns: this.#columns,
      workers: this.#workers,
      blockSize: this.#spec.engine.blockSize,
      place,
    });
  }

  #result(): SimulationResult {
    const { hookCalls } = this.#router;
    return {
      outcomes: this.#recorder.outcomes,
      placementOrder: this.#recorder.placementOrder,
      placementCalls: this.#recorder.placementCalls,
      placements: this.#recorder.placements,
      lastEventMs: this.#lastEventMs,
      passes: this.#workers.reduce((sum, worker) => sum + worker.passes, 0),
      preemptions: this.#workers.reduce((sum, worker) => sum + worker.preemptions, 0),
      ties: this.#router.ties,
      hookCalls,
      policyCalls: totalCalls(hookCalls),
      gaps: this.#recorder.gaps,
    };
  }

  /** Requests are left and nothing can happen any more: the policy holds some, or the engine can't take some. */
  #stuck(): Error {
    const held = this.#router.heldRequests;
    if (held > 0)
      return new InvariantError(
        `the policy admits ${held} held requests to no worker, and nothing is left to happen`,
      );
    return this.#deadEnd();
  }

  #deadEnd(): DeadEndError {
    const { status } = this.#recorder.outcomes;
    const stuck: number[] = [];
    status.forEach((value, request) => {
      if (value === STATUS.inFlight && stuck.length < 3) stuck.push(request);
    });
    const named = stuck.map(
      (request) =>
        `request ${request + 1} (${this.#columns.promptTokens[request]} prompt + ${this.#columns.outputTokens[request]} output tokens)`,
    );
    const more = this.#inFlight > stuck.length ? ` and ${this.#inFlight - stuck.length} more` : '';
    return new DeadEndError(
      `dead end: ${named.join(', ')}${more} can never be scheduled; give the pool more KV blocks or a larger token budget`,
    );
  }
}
