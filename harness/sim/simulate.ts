import { type Arrivals, createArrivals } from './arrivals.ts';
import { ClusterClock } from './cluster-clock.ts';
import type { SimulationSpec } from './config.ts';
import { assertConservation } from './conservation.ts';
import { DeadEndError } from './dead-end-error.ts';
import { GapSketch } from './gap-sketch.ts';
import { totalCalls } from './hook-calls.ts';
import { InvariantError } from './invariant-error.ts';
import { KvRouter } from './kv-router.ts';
import { NOTICE, Notices } from './notices.ts';
import { type GapRecording, OutcomeColumns } from './outcome-columns.ts';
import { PassPlan } from './pass-plan.ts';
import { PolicyError } from './policy-error.ts';
import { PolicyRouter } from './policy-router.ts';
import { PrefixIndex } from './prefix-index.ts';
import { type PlacementLog, recordedRouter } from './recorded-router.ts';
import type { RequestColumns } from './request-columns.ts';
import { RequestStates } from './request-states.ts';
import { type ClusterRouter, type RouterContext, roundRobinRouter } from './router.ts';
import { type SimulationResult, STATUS } from './simulation-result.ts';
import { VllmWorker, type WorkerParts } from './vllm-worker.ts';

/**
 * Replays the requests through a cluster and returns what happened to each. Deterministic: equal arguments give equal
 * results. Throws PolicyError, InvariantError or DeadEndError.
 */
export function simulate(columns: RequestColumns, spec: SimulationSpec): SimulationResult {
  const makeRouter = (context: RouterContext) => createRouter(spec, context);
  if (spec.maxSimTimeMs === Number.POSITIVE_INFINITY)
    return new Cluster(columns, spec, makeRouter, 'all').run();
  // Only gaps of requests that complete count, and a simulation that is cut off does not know them beforehand.
  const result = new Cluster(columns, spec, makeRouter, 'none').run();
  const completed = result.outcomes.status.map((status) => (status === STATUS.completed ? 1 : 0));
  const { gaps } = new Cluster(
    columns,
    spec,
    (context) => recordedRouter(logOf(result), context),
    completed,
  ).run();
  return { ...result, gaps };
}

/**
 * Simulates the same placements without asking a router; the router of `spec` doesn't matter. Gives the same result but
 * for the calls, the ties and the token gaps, which are not recorded. Throws InvariantError for a log that can't be.
 */
export function simulateAgain(
  columns: RequestColumns,
  spec: SimulationSpec,
  log: PlacementLog,
): SimulationResult {
  return new Cluster(columns, spec, (context) => recordedRouter(log, context), 'none').run();
}

function logOf({ placementOrder, placementCalls, placements, outcomes }: SimulationResult): PlacementLog {
  return {
    placementOrder: placementOrder.subarray(0, placements),
    placementCalls: placementCalls.subarray(0, placements),
    worker: outcomes.worker,
  };
}

function createRouter({ router, engine, limits }: SimulationSpec, context: RouterContext): ClusterRouter {
  switch (router.kind) {
    case 'round-robin':
      return roundRobinRouter(context);
    case 'kv':
      return new KvRouter({ ...router, maxNumBatchedTokens: engine.maxNumBatchedTokens }, context);
    case 'policy':
      return new PolicyRouter(router.policy.router, context, limits?.hookCalls);
  }
}

/** What has to be simulated one by one for the policy, if there is one. */
function observed({ router }: SimulationSpec): 'event' | 'pass' {
  const observes = router.kind === 'policy' ? router.policy.observes : undefined;
  if (observes === undefined || observes === 'event' || observes === 'pass') return observes ?? 'event';
  throw new PolicyError('`observes` is neither "event" nor "pass"');
}

/** One clock, one event order. The router, the arrivals and the outcomes act; engines look at the clock. */
class Cluster {
  readonly #columns: RequestColumns;
  readonly #spec: SimulationSpec;
  readonly #workers: VllmWorker[];
  readonly #router: ClusterRouter;
  readonly #arrivals: Arrivals;
  readonly #listensAlways: boolean;
  readonly #outcomes: OutcomeColumns;
  readonly #gaps = new GapSketch();
  readonly #clock: ClusterClock;
  /** Of the pass just ended. */
  readonly #notices = new Notices();
  /** Workers that may have something to start: they ended a pass or were given a request. */
  readonly #stirred: Uint8Array;
  #stirredWorkers = 0;
  #lastStirred = 0;
  #inFlight = 0;
  #routerCalls = 0;
  #lastEventMs = 0;
  #nextMs = 0;

  constructor(
    columns: RequestColumns,
    spec: SimulationSpec,
    makeRouter: (context: RouterContext) => ClusterRouter,
    recording: GapRecording,
  ) {
    this.#columns = columns;
    this.#spec = spec;
    this.#outcomes = new OutcomeColumns(columns.count, recording);
    this.#clock = new ClusterClock(spec.workers);
    this.#stirred = new Uint8Array(spec.workers);
    this.#arrivals = createArrivals(columns, spec.load);
    this.#listensAlways = spec.load.kind === 'open' || spec.workers > 1;
    const requests = new RequestStates(columns, spec.engine);
    const looksAtBlocks = spec.router.kind !== 'round-robin';
    const index = looksAtBlocks ? new PrefixIndex(columns, spec.workers) : undefined;
    const parts: WorkerParts = {
      config: spec.engine,
      timing: spec.timing,
      requests,
      outcomes: this.#outcomes,
      gaps: this.#gaps,
      clock: this.#clock,
      notices: this.#notices,
      plan: new PassPlan(),
      index,
      runsAhead: observed(spec) === 'event',
    };
    this.#workers = Array.from({ length: spec.workers }, (_, id) => new VllmWorker(id, parts));
    this.#router = makeRouter({
      workers: this.#workers,
      requests,
      clock: this.#clock,
      place: (request, worker) => this.#place(request, worker),
      arrivalMs: this.#outcomes.arrivalMs,
      blockSize: spec.engine.blockSize,
      index,
    });
  }

  run(): SimulationResult {
    const maxRounds = this.#spec.limits?.rounds ?? Number.POSITIVE_INFINITY;
    let rounds = 0;
    while (this.#moveToNextEvent()) {
      if (!this.#settle()) continue;
      this.#lastEventMs = this.#clock.now;
      rounds += 1;
      if (rounds > maxRounds) throw tooManyRounds(maxRounds);
    }
    const reachedEnd = this.#nextMs === Number.POSITIVE_INFINITY;
    if (!reachedEnd) this.#cutOff();
    if (reachedEnd && this.#inFlight > 0) throw this.#stuck();
    const result = this.#result();
    assertConservation(this.#columns, result, reachedEnd);
    if (reachedEnd) {
      for (const worker of this.#workers) worker.cache.assertNothingHeld(`worker ${worker.id}`);
      this.#router.assertEmpty();
    }
    return result;
  }

  /** One round of everything due now: pass ends, then arrivals, then pass starts. False when nothing was. */
  #settle(): boolean {
    const clock = this.#clock;
    const ended = clock.nextDueMs <= clock.now;
    if (ended) this.#endPasses();
    const arrived = this.#dispatchReady();
    const started = this.#stirredWorkers > 0 && this.#startPasses();
    clock.startedNow = true;
    return ended || arrived || started;
  }

  #endPasses(): void {
    const clock = this.#clock;
    const { dueMs, now } = clock;
    const first = clock.nextDueWorker;
    this.#endPassOf(first);
    if (clock.areMoreDue) {
      for (let id = first + 1; id < dueMs.length; id++) if (dueMs[id]! <= now) this.#endPassOf(id);
    }
    clock.endedBelow = dueMs.length;
  }

  #endPassOf(id: number): void {
    const worker = this.#workers[id]!;
    this.#clock.endedBelow = id;
    worker.endPass();
    this.#stir(id);
    this.#clock.endedBelow = id + 1;
    if (this.#notices.count > 0) this.#passOn(id);
  }

  /** Tells router and arrivals what a pass's end means to them. */
  #passOn(worker: number): void {
    const { now } = this.#clock;
    const notices = this.#notices;
    for (let i = 0; i < notices.count; i++) {
      const request = notices.request(i);
      const kind = notices.kind(i);
      this.#routerCalls += 1;
      if (kind === NOTICE.firstToken) {
        this.#router.firstToken(request, worker);
        continue;
      }
      const completed = kind === NOTICE.completed;
      this.#inFlight -= 1;
      this.#outcomes.ended(request, now, completed ? STATUS.completed : STATUS.rejected);
      this.#router.end(request, worker, completed);
      this.#arrivals.complete(request, now);
    }
    notices.clear();
  }

  #dispatchReady(): boolean {
    if (!this.#isListening()) return false;
    const { now } = this.#clock;
    let any = false;
    while (this.#arrivals.nextReadyMs() <= now) {
      const request = this.#arrivals.take(now);
      any = true;
      this.#inFlight += 1;
      this.#outcomes.arrived(request, this.#arrivals.arrivalMs(request, now));
      this.#routerCalls += 1;
      this.#router.arrive(request);
    }
    return any;
  }

  #place(request: number, id: number): void {
    const worker = this.#workers[id]!;
    this.#outcomes.placed(request, id, this.#routerCalls);
    worker.enqueue(request);
    // Passes it had run ahead were taken back, and the one left ends now: its turn to end it was before, or comes.
    if (worker.eventMs === this.#clock.now) {
      if (this.#clock.hasEnded(worker)) worker.endPass();
      else this.#clock.areMoreDue = true;
    }
    if (!worker.isBusy) this.#stir(id);
  }

  #stir(worker: number): void {
    this.#stirredWorkers += 1 - this.#stirred[worker]!;
    this.#stirred[worker] = 1;
    this.#lastStirred = worker;
  }

  #startPasses(): boolean {
    const stirred = this.#stirred;
    let any = false;
    for (let id = this.#stirredWorkers === 1 ? this.#lastStirred : 0; this.#stirredWorkers > 0; id++) {
      if (stirred[id] === 0) continue;
      stirred[id] = 0;
      this.#stirredWorkers -= 1;
      const worker = this.#workers[id]!;
      if (worker.canStart && worker.startPass()) any = true;
    }
    return any;
  }

  /** False when nothing is left to happen, or the simulated time is up before: `#nextMs` says when it would. */
  #moveToNextEvent(): boolean {
    const isListening = this.#isListening();
    const nextReadyMs = this.#arrivals.nextReadyMs();
    // Stopping moves the worker up to that time, which must not lie beyond the end of the simulation.
    if (!isListening) this.#workers[0]!.stopAfter(Math.min(nextReadyMs, this.#spec.maxSimTimeMs));
    this.#clock.findNextDue();
    const { nextDueMs } = this.#clock;
    const nextMs = isListening && nextReadyMs < nextDueMs ? nextReadyMs : nextDueMs;
    this.#nextMs = nextMs;
    if (nextMs > this.#spec.maxSimTimeMs || nextMs === Number.POSITIVE_INFINITY) return false;
    this.#clock.moveTo(nextMs);
    return true;
  }

  /** With a single worker the original's closed loop looks for ready turns only between passes. */
  #isListening(): boolean {
    return this.#listensAlways || !this.#workers[0]!.isBusy;
  }

  /** The simulated time is up before the next event. */
  #cutOff(): void {
    this.#clock.now = this.#spec.maxSimTimeMs;
    this.#clock.startedNow = true;
    this.#recordUnfinished();
    if (this.#workers.length === 1) this.#stopBetweenPasses();
  }

  #recordUnfinished(): void {
    for (const worker of this.#workers)
      this.#lastEventMs = Math.max(this.#lastEventMs, worker.recordUnfinished());
  }

  /**
   * A single worker of the original looks at the clock between passes only: the pass it is in still ends and, in open
   * loop, what is ready by then (or next, when it is idle) has arrived.
   */
  #stopBetweenPasses(): void {
    const worker = this.#workers[0]!;
    const now = worker.isBusy ? worker.passEndMs : this.#nextMs;
    this.#clock.now = now;
    if (worker.isBusy) {
      worker.stopAfterPass();
      this.#clock.findNextDue();
      this.#endPasses();
      this.#recordUnfinished();
      this.#lastEventMs = now;
    }
    if (this.#spec.load.kind === 'open') this.#dispatchReady();
  }

  #result(): SimulationResult {
    return {
      outcomes: this.#outcomes,
      placementOrder: this.#outcomes.placementOrder,
      placementCalls: this.#outcomes.placementCalls,
      placements: this.#outcomes.placements,
      lastEventMs: this.#lastEventMs,
      passes: this.#workers.reduce((sum, worker) => sum + worker.passes, 0),
      preemptions: this.#workers.reduce((sum, worker) => sum + worker.preemptions, 0),
      ties: this.#router.ties,
      hookCalls: this.#router.hookCalls,
      policyCalls: totalCalls(this.#router.hookCalls),
      gaps: this.#gaps,
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
    const { status } = this.#outcomes;
    const stuck: number[] = [];
    for (let request = 0; request < status.length && stuck.length < 3; request++) {
      if (status[request] === STATUS.inFlight) stuck.push(request);
    }
    const { promptTokens, outputTokens } = this.#columns;
    const named = stuck.map(
      (request) =>
        `request ${request + 1} (${promptTokens[request]} prompt + ${outputTokens[request]} output tokens)`,
    );
    const more = this.#inFlight > stuck.length ? ` and ${this.#inFlight - stuck.length} more` : '';
    return new DeadEndError(
      `dead end: ${named.join(', ')}${more} can never be scheduled; give the pool more KV blocks or a larger token budget`,
    );
  }
}

function tooManyRounds(maxRounds: number): PolicyError {
  return new PolicyError(`its placements take more than ${maxRounds} rounds of events: spread the requests`);
}
