import { IntDeque } from '../ds/int-deque.ts';
import { NONE } from '../ds/key-table.ts';
import type { ClusterClock } from './cluster-clock.ts';
import type { EngineConfig } from './config.ts';
import { DecodingSet } from './decoding-set.ts';
import type { GapSketch } from './gap-sketch.ts';
import { InvariantError } from './invariant-error.ts';
import { KvCache, type Residents } from './kv-cache.ts';
import type { OutcomeColumns } from './outcome-columns.ts';
import type { PassTiming } from './pass-timing.ts';
import type { PrefixIndex } from './prefix-index.ts';
import { doubled } from './prefix-spans.ts';
import { QuietPasses } from './quiet-passes.ts';
import type { RequestStates } from './request-states.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** What a pass's end means to others: see `notices`. */
export const NOTICE = { firstToken: 0, completed: 1, rejected: 2 } as const;

const SCHEDULED = 0;
const BLOCKED = 1;
const SELF_PREEMPTED = 2;

/** What one pass adds up to while it is being scheduled. */
interface PassPlan {
  /** Token budget left. */
  budget: number;
  /** Requests with prompt tokens in this pass, the sum of their prompt lengths after it, and of what was computed before it. */
  prefillRequests: number;
  sumIsl: number;
  sumPrefix: number;
  scheduled: number;
  preempted: number;
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
  readonly waiting = new IntDeque();
  /** Running requests in admission order: first the decoding set, then those in prefill. */
  readonly residents: Residents = { ids: new Int32Array(64), length: 0 };
  passes = 0;
  preemptions = 0;
  readonly #gaps: GapSketch;
  /** Prompt tokens of waiting requests, without what was cached for them at placement. */
  waitingTokens = 0;
  /** What the pass just ended means to others: requests, and a NOTICE for each. */
  noticed = new Int32Array(64);
  notices = new Uint8Array(64);
  noticeCount = 0;

  readonly #config: EngineConfig;
  readonly #timing: PassTiming;
  readonly #requests: RequestStates;
  readonly #outcomes: OutcomeColumns;
  readonly #clock: ClusterClock;
  /** Whether a router looks at what is cached here. */
  readonly #isWatched: boolean;
  readonly #decoding: DecodingSet;
  readonly #quiet: QuietPasses;
  /** End of the pass in progress; of the last one when idle. */
  #passEndMs = NEVER;

  /** The head of the queue can't enter until somebody leaves. */
  #admissionBlocked = false;
  #asleep = false;
  #readyInPass = 0;
  #rejected: number[] = [];
  readonly #plan: PassPlan = {
    budget: 0,
    prefillRequests: 0,
    sumIsl: 0,
    sumPrefix: 0,
    scheduled: 0,
    preempted: 0,
  };

  constructor(
    id: number,
    config: EngineConfig,
    timing: PassTiming,
    requests: RequestStates,
    outcomes: OutcomeColumns,
    gaps: GapSketch,
    clock: ClusterClock,
    index: PrefixIndex | undefined,
  ) {
    this.id = id;
    this.#config = config;
    this.#timing = timing;
    this.#requests = requests;
    this.#outcomes = outcomes;
    this.#gaps = gaps;
    this.#clock = clock;
    this.#isWatched = index !== undefined;
    this.cache = new KvCache(
      id,
      config.numGpuBlocks,
      requests.columns,
      requests.cache,
      this.residents,
      index,
    );
    this.#decoding = new DecodingSet(config.blockSize, requests, outcomes, gaps);
    this.#quiet = new QuietPasses(this.#decoding, this.cache, timing);
  }

  /** When the cluster must call endPass(): the end of the pass in progress, or of the last one run ahead. */
  get eventMs(): number {
    return this.#clock.dueMs[this.id]!;
  }

  get isBusy(): boolean {
    return this.eventMs !== NEVER;
  }

  /** End of the pass in progress; of the last one when idle. */
  get passEndMs(): number {
    return this.#passEndMs;
  }

  get canStart(): boolean {
    return this.eventMs === NEVER && !this.#asleep && (this.waiting.length > 0 || this.residents.length > 0);
  }

  /** Appends a request to the queue. Passes run ahead beyond `now` are taken back, unless the head is stuck anyway. */
  enqueue(request: number, now: number, startedNow: boolean): void {
    const wasEmpty = this.waiting.length === 0;
    this.waiting.pushBack(request);
    this.waitingTokens += this.#tokensToWaitFor(request);
    this.#asleep = false;
    if (!wasEmpty) return;
    this.#admissionBlocked = false;
    if (this.#quiet.ahead === 0) return;
    this.catchUp(now, startedNow);
    this.stopAfterPass();
  }

  /**
   * Makes the state that of `now`: passes that started before it are decided, and those starting at it when
   * `startedNow` says that passes have been started at this instant.
   */
  catchUp(now: number, startedNow: boolean): void {
    if (this.#quiet.ahead > 0 && (this.#passEndMs < now || (startedNow && this.#passEndMs === now))) {
      this.passes += this.#quiet.decideUntil(now, startedNow);
      this.#passEndMs = this.#quiet.endMs;
      if (this.#isWatched) this.#clock.nextEvictionMs[this.id] = this.#quiet.nextEvictionMs();
    }
  }

  /** Starts a pass at `now`, or falls asleep when there is nothing to schedule, preempt or reject. */
  startPass(now: number): void {
    const isQuiet =
      this.#decoding.size > 0 &&
      this.residents.length === this.#decoding.size &&
      (this.waiting.length === 0 || this.#admissionBlocked) &&
      this.#decoding.size <= this.#config.maxNumBatchedTokens;
    if (isQuiet && this.#runAhead(now)) return;
    this.#scheduleMixedPass(now);
  }

  /** Ends the pass at `eventMs`: tokens appear, finished requests leave, `notices` says what others need to know. */
  endPass(): void {
    const decoding = this.#decoding;
    const end = this.eventMs;
    if (this.#quiet.ahead > 0) {
      this.passes += this.#quiet.finish();
      this.#clock.nextEvictionMs[this.id] = NEVER;
      this.#passEndMs = end;
    } else decoding.emit(end);
    this.#clock.dueMs[this.id] = NEVER;
    this.noticeCount = 0;
    if (this.#readyInPass > 0 || decoding.rounds >= decoding.nextFinishRound) this.#settleResidents(end);
    this.#showProgress();
    for (const request of this.#rejected) this.#notice(request, NOTICE.rejected);
  }

  // Telemetry, valid after catchUp(now). `ended` says whether passes that end at `now` have been ended.

  passEndsInMs(now: number): number {
    return this.isBusy && this.#passEndMs > now ? this.#passEndMs - now : 0;
  }

  queuedTokens(): number {
    const { columns, progressTokens } = this.#requests;
    let tokens = this.waitingTokens;
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
    if (this.isBusy && (this.#passEndMs < now || (ended && this.#passEndMs === now)))
      tokens += this.#decoding.size;
    for (let i = this.#decoding.size; i < this.residents.length; i++) {
      const request = this.residents.ids[i]!;
      if (generated[request]! > 0) tokens += columns.promptTokens[request]! + generated[request]!;
    }
    return tokens;
  }

  /** The first pass that ends at `now` or later shall be the last that was run ahead. */
  stopAfter(now: number): void {
    if (this.#quiet.ahead === 0 || now >= this.eventMs) return;
    this.catchUp(now, false);
    this.stopAfterPass();
  }

  /** Takes back what was run ahead: the pass in progress is the last. */
  stopAfterPass(): void {
    this.#quiet.takeBack();
    this.#clock.nextEvictionMs[this.id] = NEVER;
    this.#clock.dueMs[this.id] = this.#passEndMs;
  }

  /** Writes what in-flight requests have produced by `now` to the outcomes, for a simulation that is cut off. */
  recordUnfinished(now: number): number {
    this.catchUp(now, true);
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

  // Running ahead.

  #runAhead(now: number): boolean {
    if (!this.#quiet.start(now)) return false;
    this.passes += 1;
    this.#passEndMs = this.#quiet.endMs;
    this.#clock.dueMs[this.id] = this.#quiet.lastEndMs;
    if (this.#isWatched) this.#clock.nextEvictionMs[this.id] = this.#quiet.nextEvictionMs();
    this.#readyInPass = 0;
    if (this.#rejected.length > 0) this.#rejected.length = 0;
    return true;
  }

  // Scheduling a pass.

  #scheduleMixedPass(now: number): void {
    const plan = this.#plan;
    plan.budget = this.#config.maxNumBatchedTokens;
    plan.prefillRequests = 0;
    plan.sumIsl = 0;
    plan.sumPrefix = 0;
    plan.scheduled = 0;
    plan.preempted = 0;
    if (this.#rejected.length > 0) this.#rejected.length = 0;
    this.#admissionBlocked = false;
    if (!this.#scheduleTogether()) this.#scheduleOneByOne();
    this.#admitWaiting(now);
    if (plan.scheduled === 0 && plan.preempted === 0 && this.#rejected.length === 0) {
      this.#asleep = true;
      return;
    }
    this.passes += 1;
    this.#passEndMs = now + this.#prefillMs() + this.#decodeMs();
    this.#clock.dueMs[this.id] = this.#passEndMs;
  }

  /**
   * Schedules the decoding set as a whole and the one request in prefill behind it. False, and nothing done, when the
   * running requests are not of that form or blocks run short: then order matters.
   */
  #scheduleTogether(): boolean {
    const { ids, length } = this.residents;
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
    if (this.cache.active + need + fresh > this.cache.capacity) return false;
    if (need > 0) this.cache.takeFresh(need);
    plan.scheduled = size;
    plan.budget = budget;
    if (tokens > 0) {
      if (fresh > 0) this.cache.takeFresh(fresh);
      this.#grant(prefilling, this.#requests.computed[prefilling]!, tokens);
    }
    return true;
  }

  /** Every running request by itself, in running order, preempting where blocks run short. */
  #scheduleOneByOne(): void {
    this.#dissolveDecodingSet();
    // The index is not corrected when a preemption removes an earlier request (fifo): the request after the current
    // one then misses this pass, as in the original.
    let index = 0;
    while (index < this.residents.length && this.#plan.budget > 0) {
      const result = this.#scheduleRunning(this.residents.ids[index]!);
      if (result === BLOCKED) break;
      if (result === SCHEDULED) index += 1;
    }
  }

  #scheduleRunning(request: number): number {
    const before = this.#requests.computed[request]!;
    const tokens = this.#tokensToSchedule(request, before, this.#plan.budget);
    if (tokens === 0 && this.#knownTokens(request) > before) return BLOCKED;
    for (;;) {
      const fresh = this.#freshBlocks(request, tokens);
      if (this.cache.active + fresh <= this.cache.capacity) {
        this.cache.takeFresh(fresh);
        break;
      }
      if (this.#preempt() === request) return SELF_PREEMPTED;
    }
    this.#grant(request, before, tokens);
    return SCHEDULED;
  }

  /** First come, first served: the head blocks everybody behind it. Nothing is admitted in a pass that preempted. */
  #admitWaiting(now: number): void {
    const plan = this.#plan;
    const { maxNumSeqs, blockSize } = this.#config;
    while (plan.preempted === 0 && this.waiting.length > 0) {
      if (this.residents.length >= maxNumSeqs) {
        this.#admissionBlocked = true;
        return;
      }
      const request = this.waiting.at(0);
      if (this.#mustReject(request)) {
        this.#leaveQueue(request);
        this.#rejected.push(request);
        continue;
      }
      this.#lookUpPrefix(request);
      const wanted = Math.ceil(this.#knownTokens(request) / blockSize) - this.cache.heldHits;
      if (wanted > this.cache.capacity - this.cache.active) {
        this.#admissionBlocked = true;
        return;
      }
      if (!this.#admitHead(request, now)) return;
    }
  }

  #admitHead(request: number, now: number): boolean {
    const { blockSize } = this.#config;
    const hits = this.cache.hits;
    const before = hits * blockSize;
    const tokens = this.#tokensToSchedule(request, before, this.#plan.budget);
    if (tokens === 0 && this.#knownTokens(request) > before) return false;
    const fresh = Math.ceil((before + tokens) / blockSize) - hits;
    if (!this.cache.hasRoom(fresh))
      throw new InvariantError(`request ${request + 1} passed the gate without room`);
    this.cache.admit(request, fresh);
    this.#leaveQueue(request);
    this.#addResident(request);
    this.#grant(request, before, tokens);
    this.#requests.progressTokens[request] = before;
    this.#outcomes.admitted(request, now, before);
    return true;
  }

  #mustReject(request: number): boolean {
    const { maxModelLen, blockSize } = this.#config;
    if (this.#requests.columns.promptTokens[request]! >= maxModelLen) return true;
    return (
      this.#requests.preemptions[request] === 0 &&
      Math.ceil(this.#knownTokens(request) / blockSize) > this.cache.capacity
    );
  }

  /** While a request has tokens to produce, its last known token is computed anew. */
  #lookUpPrefix(request: number): void {
    if (!this.#config.enablePrefixCaching) {
      this.cache.lookupNothing();
      return;
    }
    const { generated, columns } = this.#requests;
    const unfinished = generated[request]! < columns.outputTokens[request]! ? 1 : 0;
    this.cache.lookup(
      request,
      Math.floor((this.#knownTokens(request) - unfinished) / this.#config.blockSize),
    );
  }

  /** Tokens that the budget allows a request with `before` computed ones; 0 also when it may not be chunked. */
  #tokensToSchedule(request: number, before: number, budget: number): number {
    const promptRest = this.#requests.columns.promptTokens[request]! - before;
    if (!this.#config.enableChunkedPrefill && promptRest > budget) return 0;
    return Math.min(this.#knownTokens(request) - before, budget);
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
      if (to > from) this.cache.cachePrompt(request, from, to);
    }
    plan.scheduled += 1;
    plan.budget -= tokens;
    if (promptTokens > 0) {
      plan.prefillRequests += 1;
      plan.sumIsl += promptBefore + promptTokens;
      plan.sumPrefix += promptBefore;
    }
    grantPass[request] = this.passes;
    grantTokens[request] = tokens;
    grantPromptTokens[request] = promptTokens;
    grantPrefix[request] = promptBefore;
  }

  /** Sends a running request back to the head of the queue, without its blocks but with its generated tokens. */
  #preempt(): number {
    const { computed, preemptions, progressTokens, overlapTokens } = this.#requests;
    const { ids, length } = this.residents;
    const victim = this.#config.preemptionMode === 'lifo' ? ids[length - 1]! : ids[0]!;
    if (this.#config.preemptionMode === 'fifo') ids.copyWithin(0, 1, length);
    this.residents.length -= 1;
    this.#release(victim);
    computed[victim] = 0;
    progressTokens[victim] = 0;
    overlapTokens[victim] = 0;
    preemptions[victim]! += 1;
    this.waiting.pushFront(victim);
    this.waitingTokens += this.#tokensToWaitFor(victim);
    this.preemptions += 1;
    this.#plan.preempted += 1;
    this.#takeBackGrant(victim);
    return victim;
  }

  #takeBackGrant(victim: number): void {
    const { grantPass, grantTokens, grantPromptTokens, grantPrefix } = this.#requests;
    if (grantPass[victim] !== this.passes) return;
    grantPass[victim] = NONE;
    const plan = this.#plan;
    plan.budget += grantTokens[victim]!;
    if (grantPromptTokens[victim] === 0) return;
    plan.prefillRequests -= 1;
    plan.sumIsl -= grantPrefix[victim]! + grantPromptTokens[victim]!;
    plan.sumPrefix -= grantPrefix[victim]!;
  }

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
    this.#readyInPass = 0;
    for (let i = this.#decoding.size; i < this.residents.length; i++) {
      const request = this.residents.ids[i]!;
      const known = this.#knownTokens(request);
      if (computed[request]! < known) continue;
      this.#readyInPass += 1;
      if (columns.outputTokens[request] === 0) this.#release(request);
      else {
        emitting += 1;
        context += known;
      }
    }
    return emitting > 0
      ? this.#timing.decodeMs(emitting, context, this.cache.active, this.cache.capacity)
      : 0;
  }

  // The end of a pass.

  /** Takes finished requests out, in running order, and new members into the decoding set. */
  #settleResidents(end: number): void {
    const { ids, length } = this.residents;
    const { isDecoding } = this.#requests;
    const decoding = this.#decoding;
    let kept = 0;
    let decodingKept = 0;
    let nextFinishRound = NEVER;
    for (let i = 0; i < length; i++) {
      const request = ids[i]!;
      if (isDecoding[request] === 1) {
        if (decoding.finishRound(request) === decoding.rounds) {
          this.#finishDecoding(request, end);
          continue;
        }
      } else if (this.#emitFirst(request, end)) continue;
      if (isDecoding[request] === 1) {
        nextFinishRound = Math.min(nextFinishRound, decoding.finishRound(request));
        decodingKept += decodingKept === kept ? 1 : 0;
      }
      ids[kept] = request;
      kept += 1;
    }
    if (kept < length) this.#admissionBlocked = false;
    this.residents.length = kept;
    decoding.nextFinishRound = nextFinishRound;
    // A request that missed this pass stands among those that did not: they can't be scheduled as a set.
    if (decodingKept < decoding.size) this.#dissolveDecodingSet();
  }

  #finishDecoding(request: number, end: number): void {
    const target = this.#requests.targetTokens[request]!;
    this.#decoding.leave(request, target);
    this.#release(request);
    this.#recordProduced(request, target, end);
    this.#notice(request, NOTICE.completed);
  }

  /** A request behind the decoding set: if all it knows is computed, it emits and joins the set. True when it finishes. */
  #emitFirst(request: number, end: number): boolean {
    const { columns, computed, generated, targetTokens, lastTokenMs } = this.#requests;
    if (computed[request]! < this.#knownTokens(request)) return false;
    if (columns.outputTokens[request] === 0) {
      this.#notice(request, NOTICE.completed);
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
      this.#release(request);
      this.#recordProduced(request, produced, end);
      this.#notice(request, NOTICE.completed);
      return true;
    }
    this.#decoding.join(request);
    if (produced === 1) this.#notice(request, NOTICE.firstToken);
    return false;
  }

  #showProgress(): void {
    const { computed, progressTokens } = this.#requests;
    for (let i = this.#decoding.size; i < this.residents.length; i++) {
      const request = this.residents.ids[i]!;
      progressTokens[request] = computed[request]!;
    }
  }

  /** Everybody by himself again, as of the start of a pass. */
  #dissolveDecodingSet(): void {
    const { isDecoding, computed, lastTokenMs, progressTokens } = this.#requests;
    const decoding = this.#decoding;
    for (let i = 0; i < this.residents.length; i++) {
      const request = this.residents.ids[i]!;
      if (isDecoding[request] === 0) continue;
      decoding.leave(request, decoding.produced(request));
      lastTokenMs[request] = decoding.lastRoundMs;
      progressTokens[request] = computed[request]!;
    }
    decoding.dissolved();
  }

  // Small things.

  #knownTokens(request: number): number {
    return this.#requests.columns.promptTokens[request]! + this.#requests.generated[request]!;
  }

  #release(request: number): void {
    const { blockSize, enablePrefixCaching } = this.#config;
    const computed = this.#requests.computed[request]!;
    const full = enablePrefixCaching ? Math.floor(computed / blockSize) : 0;
    this.cache.release(request, Math.ceil(computed / blockSize), full);
  }

  #leaveQueue(request: number): void {
    this.waiting.popFront();
    this.waitingTokens -= this.#tokensToWaitFor(request);
  }

  #tokensToWaitFor(request: number): number {
    const prompt = this.#requests.columns.promptTokens[request]!;
    return prompt - Math.min(prompt, this.#requests.overlapTokens[request]!);
  }

  #addResident(request: number): void {
    const { residents } = this;
    if (residents.length === residents.ids.length) residents.ids = doubled(residents.ids);
    residents.ids[residents.length] = request;
    residents.length += 1;
  }

  #recordProduced(request: number, produced: number, lastTokenMs: number): void {
    this.#outcomes.outputTokens[request] = produced;
    if (produced > 0) this.#outcomes.lastTokenMs[request] = lastTokenMs;
  }

  #notice(request: number, notice: number): void {
    if (this.noticeCount === this.noticed.length) {
      this.noticed = doubled(this.noticed);
      const notices = new Uint8Array(this.noticed.length);
      notices.set(this.notices);
      this.notices = notices;
    }
    this.noticed[this.noticeCount] = request;
    this.notices[this.noticeCount] = notice;
    this.noticeCount += 1;
  }
}
