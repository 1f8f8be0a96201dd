import { doubled } from '../ds/doubled.ts';
import { NONE } from '../ds/key-table.ts';
import type { ClusterClock } from './cluster-clock.ts';
import type { EngineConfig } from './config.ts';
import type { DecodingSet } from './decoding-set.ts';
import { InvariantError } from './invariant-error.ts';
import type { KvCache, Residents } from './kv-cache.ts';
import type { OutcomeColumns } from './outcome-columns.ts';
import type { PassPlan } from './pass-plan.ts';
import type { PassTiming } from './pass-timing.ts';
import type { RequestStates } from './request-states.ts';
import type { WaitingQueue } from './waiting-queue.ts';

const SCHEDULED = 0;
const BLOCKED = 1;
const SELF_PREEMPTED = 2;

/**
 * Decides who computes what in a pass of a vLLM-style engine: the running requests first, in running order, then as many
 * waiting ones as there are tokens, seats and blocks for.
 */
export class PassScheduler {
  preemptions = 0;
  /** Requests turned away in the pass. */
  readonly rejected: number[] = [];
  /** Requests behind the decoding set that have everything computed at the end of the pass. */
  ready = 0;
  /** The head of the queue can't enter until somebody leaves. */
  isAdmissionBlocked = false;

  readonly #worker: number;
  readonly #clock: ClusterClock;
  readonly #config: EngineConfig;
  readonly #timing: PassTiming;
  readonly #requests: RequestStates;
  readonly #outcomes: OutcomeColumns;
  readonly #cache: KvCache;
  readonly #waiting: WaitingQueue;
  readonly #residents: Residents;
  readonly #decoding: DecodingSet;
  /** Number of the pass: tells its grants from older ones. */
  #pass = 0;
  readonly #plan: PassPlan;

  constructor(engine: SchedulerParts) {
    this.#worker = engine.worker;
    this.#plan = engine.plan;
    this.#clock = engine.clock;
    this.#config = engine.config;
    this.#timing = engine.timing;
    this.#requests = engine.requests;
    this.#outcomes = engine.outcomes;
    this.#cache = engine.cache;
    this.#waiting = engine.waiting;
    this.#residents = engine.residents;
    this.#decoding = engine.decoding;
  }

  /** Schedules the pass that starts now. False when there is nothing to schedule, preempt or reject. */
  schedule(pass: number): boolean {
    const plan = this.#plan;
    this.#pass = pass;
    plan.begin(this.#config.maxNumBatchedTokens);
    this.clearRejected();
    this.isAdmissionBlocked = false;
    if (!this.#scheduleTogether()) this.#scheduleOneByOne();
    this.#admitWaiting();
    return plan.scheduled > 0 || plan.preempted > 0 || this.rejected.length > 0;
  }

  /** Tells the clock when the pass just scheduled ends, having looked who is ready by then. */
  setDue(): void {
    this.#clock.dueMs[this.#worker] = this.#clock.now + this.#prefillMs() + this.#decodeMs();
  }

  clearRejected(): void {
    if (this.rejected.length > 0) this.rejected.length = 0;
  }

  // Running requests.

  /**
   * Schedules the decoding set as a whole and the one request in prefill behind it. False, and nothing done, when the
   * running requests are not of that form or blocks run short: then order matters.
   */
  #scheduleTogether(): boolean {
    const { ids, length } = this.#residents;
    const plan = this.#plan;
    const { size } = this.#decoding;
    if (length > size + 1 || size > plan.budget) return false;
    const need = size > 0 ? this.#decoding.blocksNeeded() : 0;
    const prefilling = length > size ? ids[size]! : NONE;
    const budget = plan.budget - size;
    const tokens =
      prefilling === NONE
        ? 0
        : this.#tokensToSchedule(prefilling, this.#requests.computed[prefilling]!, budget);
    const fresh = tokens > 0 ? this.#freshBlocks(prefilling, tokens) : 0;
    if (this.#cache.active + need + fresh > this.#cache.capacity) return false;
    if (need > 0) this.#cache.takeFresh(need);
    plan.scheduled = size;
    plan.budget = budget;
    if (tokens > 0) {
      if (fresh > 0) this.#cache.takeFresh(fresh);
      this.#grant(prefilling, this.#requests.computed[prefilling]!, tokens);
    }
    return true;
  }

  /** Every running request by itself, in running order, preempting where blocks run short. */
  #scheduleOneByOne(): void {
    this.#decoding.dissolve(this.#residents);
    // The index is not corrected when a preemption removes an earlier request (fifo): the request after the current
    // one then misses this pass, as in the original.
    let index = 0;
    while (index < this.#residents.length && this.#plan.budget > 0) {
      const result = this.#scheduleRunning(this.#residents.ids[index]!);
      if (result === BLOCKED) break;
      if (result === SCHEDULED) index += 1;
    }
  }

  #scheduleRunning(request: number): number {
    const before = this.#requests.computed[request]!;
    const tokens = this.#tokensToSchedule(request, before, this.#plan.budget);
    if (tokens === 0 && this.#requests.knownTokens(request) > before) return BLOCKED;
    for (;;) {
      const fresh = this.#freshBlocks(request, tokens);
      if (this.#cache.active + fresh <= this.#cache.capacity) {
        this.#cache.takeFresh(fresh);
        break;
      }
      if (this.#preempt() === request) return SELF_PREEMPTED;
    }
    this.#grant(request, before, tokens);
    return SCHEDULED;
  }

  // Admission.

  /** First come, first served: the head blocks everybody behind it. Nothing is admitted in a pass that preempted. */
  #admitWaiting(): void {
    const plan = this.#plan;
    const { maxNumSeqs, blockSize } = this.#config;
    while (plan.preempted === 0 && this.#waiting.length > 0) {
      if (this.#residents.length >= maxNumSeqs) {
        this.isAdmissionBlocked = true;
        return;
      }
      const request = this.#waiting.at(0);
      if (this.#mustReject(request)) {
        this.#waiting.popFront();
        this.rejected.push(request);
        continue;
      }
      this.#lookUpPrefix(request);
      const wanted = Math.ceil(this.#requests.knownTokens(request) / blockSize) - this.#cache.heldHits;
      if (wanted > this.#cache.capacity - this.#cache.active) {
        this.isAdmissionBlocked = true;
        return;
      }
      if (!this.#admitHead(request)) return;
    }
  }

  #admitHead(request: number): boolean {
    const { blockSize } = this.#config;
    const hits = this.#cache.hits;
    const before = hits * blockSize;
    const tokens = this.#tokensToSchedule(request, before, this.#plan.budget);
    if (tokens === 0 && this.#requests.knownTokens(request) > before) return false;
    const fresh = Math.ceil((before + tokens) / blockSize) - hits;
    if (!this.#cache.hasRoom(fresh))
      throw new InvariantError(`request ${request + 1} passed the gate without room`);
    this.#cache.admit(request, fresh);
    this.#waiting.popFront();
    this.#addResident(request);
    this.#grant(request, before, tokens);
    this.#requests.progressTokens[request] = before;
    this.#outcomes.admitted(request, this.#clock.now, before);
    return true;
  }

  #mustReject(request: number): boolean {
    const { maxModelLen, blockSize } = this.#config;
    if (this.#requests.columns.promptTokens[request]! >= maxModelLen) return true;
    return (
      this.#requests.preemptions[request] === 0 &&
      Math.ceil(this.#requests.knownTokens(request) / blockSize) > this.#cache.capacity
    );
  }

  /** While a request has tokens to produce, its last known token is computed anew. */
  #lookUpPrefix(request: number): void {
    if (!this.#config.enablePrefixCaching) {
      this.#cache.lookupNothing();
      return;
    }
    const { generated, columns } = this.#requests;
    const unfinished = generated[request]! < columns.outputTokens[request]! ? 1 : 0;
    this.#cache.lookup(
      request,
      Math.floor((this.#requests.knownTokens(request) - unfinished) / this.#config.blockSize),
    );
  }

  /** Tokens that the budget allows a request with `before` computed ones; 0 also when it may not be chunked. */
  #tokensToSchedule(request: number, before: number, budget: number): number {
    const promptRest = this.#requests.columns.promptTokens[request]! - before;
    if (!this.#config.enableChunkedPrefill && promptRest > budget) return 0;
    return Math.min(this.#requests.knownTokens(request) - before, budget);
  }

  /** New blocks a running request needs for `tokens` more. */
  #freshBlocks(request: number, tokens: number): number {
    const { blockSize } = this.#config;
    const before = this.#requests.computed[request]!;
    return Math.ceil((before + tokens) / blockSize) - Math.ceil(before / blockSize);
  }

  /** Books the tokens; full prompt blocks can be found by others at once, even within the same pass. */
  #grant(request: number, before: number, tokens: number): void {
    const { columns, computed, grantPass, grantTokens, grantPromptTokens, grantPrefix } = this.#requests;
    const { blockSize, enablePrefixCaching } = this.#config;
    const plan = this.#plan;
    const target = before + tokens;
    const prompt = columns.promptTokens[request]!;
    const promptBefore = Math.min(before, prompt);
    const promptTokens = Math.min(target, prompt) - promptBefore;
    computed[request] = target;
    if (enablePrefixCaching) {
      const promptBlocks = columns.keyStart[request + 1]! - columns.keyStart[request]!;
      const from = Math.floor(before / blockSize);
      const to = Math.min(promptBlocks, Math.floor(target / blockSize));
      if (to > from) this.#cache.cachePrompt(request, from, to);
    }
    plan.scheduled += 1;
    plan.budget -= tokens;
    if (promptTokens > 0) {
      plan.prefillRequests += 1;
      plan.sumIsl += promptBefore + promptTokens;
      plan.sumPrefix += promptBefore;
    }
    grantPass[request] = this.#pass;
    grantTokens[request] = tokens;
    grantPromptTokens[request] = promptTokens;
    grantPrefix[request] = promptBefore;
  }

  /** Sends a running request back to the head of the queue, without its blocks but with its generated tokens. */
  #preempt(): number {
    const { computed, preemptions, progressTokens, overlapTokens } = this.#requests;
    const { ids, length } = this.#residents;
    const victim = this.#config.preemptionMode === 'lifo' ? ids[length - 1]! : ids[0]!;
    if (this.#config.preemptionMode === 'fifo') ids.copyWithin(0, 1, length);
    this.#residents.length -= 1;
    this.#cache.release(victim, this.#requests.computed[victim]!);
    computed[victim] = 0;
    progressTokens[victim] = 0;
    overlapTokens[victim] = 0;
    preemptions[victim]! += 1;
    this.#waiting.pushFront(victim);
    this.preemptions += 1;
    this.#plan.preempted += 1;
    this.#takeBackGrant(victim);
    return victim;
  }

  #takeBackGrant(victim: number): void {
    const { grantPass, grantTokens, grantPromptTokens, grantPrefix } = this.#requests;
    if (grantPass[victim] !== this.#pass) return;
    grantPass[victim] = NONE;
    const plan = this.#plan;
    plan.budget += grantTokens[victim]!;
    if (grantPromptTokens[victim] === 0) return;
    plan.prefillRequests -= 1;
    plan.sumIsl -= grantPrefix[victim]! + grantPromptTokens[victim]!;
    plan.sumPrefix -= grantPrefix[victim]!;
  }

  // Durations.

  #prefillMs(): number {
    const { prefillRequests, sumIsl, sumPrefix } = this.#plan;
    return prefillRequests > 0 ? this.#timing.prefillMs(prefillRequests, sumIsl, sumPrefix) : 0;
  }

  /**
   * Who has everything computed emits a token; every held block is paid for. Requests that want no output take no
   * part: they give their blocks back as soon as they are computed.
   */
  #decodeMs(): number {
    const { columns, computed } = this.#requests;
    let emitting = this.#decoding.size;
    let context = this.#decoding.contextTokens;
    this.ready = 0;
    for (let i = this.#decoding.size; i < this.#residents.length; i++) {
      const request = this.#residents.ids[i]!;
      const known = this.#requests.knownTokens(request);
      if (computed[request]! < known) continue;
      this.ready += 1;
      if (columns.outputTokens[request] === 0)
        this.#cache.release(request, this.#requests.computed[request]!);
      else {
        emitting += 1;
        context += known;
      }
    }
    return emitting > 0
      ? this.#timing.decodeMs(emitting, context, this.#cache.active, this.#cache.capacity)
      : 0;
  }

  #addResident(request: number): void {
    const residents = this.#residents;
    if (residents.length === residents.ids.length) residents.ids = doubled(residents.ids);
    residents.ids[residents.length] = request;
    residents.length += 1;
  }
}

/** What a scheduler shares with its worker; the plan with all schedulers of the cluster, one of which is at work. */
export interface SchedulerParts {
  readonly worker: number;
  readonly clock: ClusterClock;
  readonly config: EngineConfig;
  readonly timing: PassTiming;
  readonly requests: RequestStates;
  readonly outcomes: OutcomeColumns;
  readonly plan: PassPlan;
  readonly cache: KvCache;
  readonly waiting: WaitingQueue;
  readonly residents: Residents;
  readonly decoding: DecodingSet;
}
