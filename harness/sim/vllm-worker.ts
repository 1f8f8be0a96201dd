import type { ClusterClock } from './cluster-clock.ts';
import type { EngineConfig } from './config.ts';
import { DecodingSet } from './decoding-set.ts';
import type { GapSketch } from './gap-sketch.ts';
import { KvCache, type Residents } from './kv-cache.ts';
import { NOTICE, type Notices } from './notices.ts';
import type { OutcomeColumns } from './outcome-columns.ts';
import type { PassPlan } from './pass-plan.ts';
import { PassScheduler } from './pass-scheduler.ts';
import type { PassTiming } from './pass-timing.ts';
import type { PrefixIndex } from './prefix-index.ts';
import { QuietPasses } from './quiet-passes.ts';
import type { RequestStates } from './request-states.ts';
import { WaitingQueue } from './waiting-queue.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** What all workers of a cluster share. */
export interface WorkerParts {
  readonly config: EngineConfig;
  readonly timing: PassTiming;
  readonly requests: RequestStates;
  readonly outcomes: OutcomeColumns;
  readonly gaps: GapSketch;
  readonly clock: ClusterClock;
  readonly notices: Notices;
  readonly plan: PassPlan;
  /** What routers know of the caches, if one looks. */
  readonly index: PrefixIndex | undefined;
  /** False: every pass is scheduled by itself. */
  readonly runsAhead: boolean;
}

/**
 * A vLLM-style engine. It is passive: the cluster starts it and ends it at `eventMs`.
 *
 * Requests past their prefill form the *decoding set*, which advances as a whole. While nothing else is going on (no
 * prefill, nobody to admit) the worker *runs ahead*: `QuietPasses` works out in one go when the pass ends in which
 * somebody finishes, and the worker catches up with the clock (`catchUp`) only when somebody looks or a request arrives.
 * A pass in which anything else happens is scheduled request by request.
 */
export class VllmWorker {
  readonly id: number;
  readonly cache: KvCache;
  readonly waiting: WaitingQueue;
  /** Running requests in admission order: first the decoding set, then those in prefill. */
  readonly residents: Residents = { ids: new Int32Array(64), length: 0 };
  passes = 0;
  readonly #gaps: GapSketch;

  readonly #config: EngineConfig;
  readonly #requests: RequestStates;
  readonly #outcomes: OutcomeColumns;
  readonly #clock: ClusterClock;
  readonly #notices: Notices;
  /** Whether a router looks at what is cached here. */
  readonly #isWatched: boolean;
  /** False: every pass is scheduled by itself. */
  readonly #runsAhead: boolean;
  readonly #decoding: DecodingSet;
  readonly #quiet: QuietPasses;
  readonly #scheduler: PassScheduler;
  /** Nothing can be done until a request arrives. */
  #asleep = false;

  constructor(id: number, parts: WorkerParts) {
    const { config, timing, requests, outcomes, gaps, clock, index } = parts;
    this.id = id;
    this.#config = config;
    this.#requests = requests;
    this.#outcomes = outcomes;
    this.#gaps = gaps;
    this.#clock = clock;
    this.#notices = parts.notices;
    this.#isWatched = index !== undefined;
    this.#runsAhead = parts.runsAhead;
    const { residents } = this;
    const waiting = new WaitingQueue(requests);
    const cache = new KvCache(id, config, requests, residents, index);
    const decoding = new DecodingSet(config.blockSize, requests, outcomes, gaps, clock);
    this.waiting = waiting;
    this.cache = cache;
    this.#decoding = decoding;
    this.#quiet = new QuietPasses(decoding, cache, timing, clock);
    this.#scheduler = new PassScheduler({ ...parts, worker: id, cache, waiting, residents, decoding });
  }

  get preemptions(): number {
    return this.#scheduler.preemptions;
  }

  /** When the cluster must call endPass(): the end of the pass in progress, or of the last one run ahead. */
  get eventMs(): number {
    return this.#clock.dueMs[this.id]!;
  }

  get isBusy(): boolean {
    return this.eventMs !== NEVER;
  }

  /** End of the pass in progress; Infinity when idle. */
  get passEndMs(): number {
    return this.#quiet.ahead > 0 ? this.#quiet.endMs : this.eventMs;
  }

  get canStart(): boolean {
    return this.eventMs === NEVER && !this.#asleep && (this.waiting.length > 0 || this.residents.length > 0);
  }

  /** Appends a request to the queue. Passes run ahead are taken back, unless the head is stuck anyway. */
  enqueue(request: number): void {
    const wasEmpty = this.waiting.length === 0;
    this.waiting.pushBack(request);
    this.#asleep = false;
    if (!wasEmpty) return;
    this.#scheduler.isAdmissionBlocked = false;
    if (this.#quiet.ahead === 0) return;
    this.#quiet.takeBackFrom(this.#clock.now, this.#clock.startedNow);
    this.#clock.dueMs[this.id] = this.#quiet.lastEndMs;
  }

  /**
   * Makes the state that of now: passes that started before are decided, and those starting now when passes have been
   * started at this instant.
   */
  catchUp(): void {
    if (this.#quiet.ahead > 0) this.#catchUpTo(this.#clock.now, this.#clock.startedNow);
  }

  /** Starts a pass, or falls asleep when there is nothing to schedule, preempt or reject. Returns whether it started one. */
  startPass(): boolean {
    const isQuiet =
      this.#runsAhead &&
      this.#decoding.size > 0 &&
      this.residents.length === this.#decoding.size &&
      (this.waiting.length === 0 || this.#scheduler.isAdmissionBlocked) &&
      this.#decoding.size <= this.#config.maxNumBatchedTokens;
    return (isQuiet && this.#runAhead()) || this.#startMixedPass();
  }

  /** Ends the pass that ends now: tokens appear, finished requests leave, the notices say what others need to know. */
  endPass(): void {
    const decoding = this.#decoding;
    if (this.#quiet.ahead > 0) {
      this.passes += this.#quiet.finish();
    } else decoding.emit();
    if (this.#isWatched) this.#clock.setNextEviction(this.id, NEVER);
    this.#clock.dueMs[this.id] = NEVER;
    if (this.#scheduler.ready > 0 || decoding.rounds >= decoding.nextFinishRound) this.#settleResidents();
    if (this.residents.length > decoding.size) this.#showProgress();
    for (const request of this.#scheduler.rejected) this.#notices.add(request, NOTICE.rejected);
  }

  // Telemetry, valid after catchUp(). `ended` says whether passes that end at `now` have been ended.

  passEndsInMs(now: number): number {
    const endMs = this.passEndMs;
    return this.isBusy && endMs > now ? endMs - now : 0;
  }

  queuedTokens(): number {
    const { columns, progressTokens } = this.#requests;
    let tokens = this.waiting.tokens;
    for (let i = this.#decoding.size; i < this.residents.length; i++) {
      const request = this.residents.ids[i]!;
      tokens += Math.max(0, columns.promptTokens[request]! - progressTokens[request]!);
    }
    return tokens;
  }

  decodeRequests(): number {
    let requests = this.#decoding.size;
    for (let i = this.#decoding.size; i < this.residents.length; i++) {
      if (this.#requests.generated[this.residents.ids[i]!]! > 0) requests += 1;
    }
    return requests;
  }

  contextTokens(now: number, ended: boolean): number {
    const { columns, generated } = this.#requests;
    let tokens = this.#decoding.contextTokens;
    const endMs = this.passEndMs;
    if (endMs < now || (ended && endMs === now)) tokens += this.#decoding.size;
    for (let i = this.#decoding.size; i < this.residents.length; i++) {
      const request = this.residents.ids[i]!;
      if (generated[request]! > 0) tokens += columns.promptTokens[request]! + generated[request]!;
    }
    return tokens;
  }

  /** The first pass that ends at `now` or later shall be the last that was run ahead. */
  stopAfter(now: number): void {
    if (this.#quiet.ahead === 0 || now >= this.eventMs) return;
    this.#catchUpTo(now, false);
    this.stopAfterPass();
  }

  /** Takes back what was run ahead: the pass in progress is the last. */
  stopAfterPass(): void {
    this.#clock.dueMs[this.id] = this.passEndMs;
    this.#quiet.takeBack();
    this.#clock.setNextEviction(this.id, NEVER);
  }

  /** Writes what in-flight requests have produced to the outcomes, for a simulation that is cut off. */
  recordUnfinished(): number {
    this.catchUp();
    const { isDecoding, generated, lastTokenMs } = this.#requests;
    const decoding = this.#decoding;
    for (let i = 0; i < this.residents.length; i++) {
      const request = this.residents.ids[i]!;
      const decodes = isDecoding[request] === 1;
      const produced = decodes ? decoding.produced(request) : generated[request]!;
      this.#recordProduced(request, produced, decodes ? decoding.lastRoundMs : lastTokenMs[request]!);
    }
    for (let i = 0; i < this.waiting.length; i++) {
      const request = this.waiting.at(i);
      this.#recordProduced(request, generated[request]!, lastTokenMs[request]!);
    }
    return decoding.lastRoundMs;
  }

  /** Passes that start before `now` (or at it, if `startedNow`) are decided. */
  #catchUpTo(now: number, startedNow: boolean): void {
    const { endMs } = this.#quiet;
    if (!(endMs < now || (startedNow && endMs === now))) return;
    this.passes += this.#quiet.decideUntil(now, startedNow);
    if (this.#isWatched) this.#clock.setNextEviction(this.id, this.#quiet.nextEvictionMs());
  }

  #runAhead(): boolean {
    if (!this.#quiet.start()) return false;
    this.passes += 1;
    this.#clock.dueMs[this.id] = this.#quiet.lastEndMs;
    if (this.#isWatched) this.#clock.setNextEviction(this.id, this.#quiet.nextEvictionMs());
    this.#scheduler.ready = 0;
    this.#scheduler.clearRejected();
    return true;
  }

  #startMixedPass(): boolean {
    this.#asleep = !this.#scheduler.schedule(this.passes);
    if (this.#asleep) return false;
    this.passes += 1;
    this.#scheduler.setDue();
    return true;
  }

  // The end of a pass.

  /** Takes finished requests out, in running order, and new members into the decoding set. */
  #settleResidents(): void {
    const end = this.#clock.now;
    const { ids, length } = this.residents;
    const { isDecoding, finishRound } = this.#requests;
    const decoding = this.#decoding;
    let kept = 0;
    let decodingKept = 0;
    let nextFinishRound = NEVER;
    for (let i = 0; i < length; i++) {
      const request = ids[i]!;
      if (isDecoding[request] === 0) {
        if (this.#emitFirst(request, end)) continue;
      } else if (finishRound[request] === decoding.rounds) {
        this.#finishDecoding(request, end);
        continue;
      }
      if (isDecoding[request] === 1) {
        if (finishRound[request]! < nextFinishRound) nextFinishRound = finishRound[request]!;
        decodingKept += decodingKept === kept ? 1 : 0;
      }
      ids[kept] = request;
      kept += 1;
    }
    if (kept < length) this.#scheduler.isAdmissionBlocked = false;
    this.residents.length = kept;
    decoding.nextFinishRound = nextFinishRound;
    // A request that missed this pass stands among those that did not: they can't be scheduled as a set.
    if (decodingKept < decoding.size) decoding.dissolve(this.residents);
  }

  #finishDecoding(request: number, end: number): void {
    const target = this.#requests.targetTokens[request]!;
    this.#decoding.leave(request, target);
    this.cache.release(request, this.#requests.computed[request]!);
    this.#recordProduced(request, target, end);
    this.#notices.add(request, NOTICE.completed);
  }

  /** A request behind the decoding set: if all it knows is computed, it emits and joins the set. True when it finishes. */
  #emitFirst(request: number, end: number): boolean {
    const { columns, computed, generated, targetTokens, lastTokenMs } = this.#requests;
    if (computed[request]! < this.#requests.knownTokens(request)) return false;
    if (columns.outputTokens[request] === 0) {
      this.#notices.add(request, NOTICE.completed);
      return true;
    }
    generated[request]! += 1;
    const produced = generated[request]!;
    if (produced === 1) this.#outcomes.firstTokenMs[request] = end;
    else {
      if (produced === 2) this.#outcomes.secondTokenMs[request] = end;
      if (this.#outcomes.recordsGapsOf(request)) this.#gaps.add(end - lastTokenMs[request]!, 1);
    }
    lastTokenMs[request] = end;
    if (produced === targetTokens[request]) {
      this.cache.release(request, this.#requests.computed[request]!);
      this.#recordProduced(request, produced, end);
      this.#notices.add(request, NOTICE.completed);
      return true;
    }
    this.#decoding.join(request);
    if (produced === 1) this.#notices.add(request, NOTICE.firstToken);
    return false;
  }

  #showProgress(): void {
    const { computed, progressTokens } = this.#requests;
    for (let i = this.#decoding.size; i < this.residents.length; i++) {
      const request = this.residents.ids[i]!;
      progressTokens[request] = computed[request]!;
    }
  }

  #recordProduced(request: number, produced: number, lastTokenMs: number): void {
    this.#outcomes.outputTokens[request] = produced;
    if (produced > 0) this.#outcomes.lastTokenMs[request] = lastTokenMs;
  }
}
