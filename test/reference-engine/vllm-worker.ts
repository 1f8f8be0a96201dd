import { Deque } from '../../harness/ds/deque.ts';
import type { EngineConfig } from '../../harness/sim/config.ts';
import type { PassTiming } from '../../harness/sim/pass-timing.ts';
import { type Block, BlockPool } from './block-pool.ts';
import type { SimRequest } from './sim-request.ts';

/** What one pass adds up to while it is being scheduled. */
interface PassPlan {
  readonly number: number;
  /** Token budget left. */
  budget: number;
  /** Requests with prompt tokens in this pass, the sum of their prompt lengths after it, and of what was computed before it. */
  prefillRequests: number;
  sumIsl: number;
  sumPrefix: number;
  scheduled: number;
  preempted: number;
}

type ScheduleResult = 'scheduled' | 'blocked' | 'self-preempted';

/** Told about every first and repeated admission, at the start of the pass that admits. */
export type OnAdmission = (request: SimRequest, now: number, reusedTokens: number) => void;

const NO_HITS: readonly Block[] = [];

/**
 * A vLLM-style engine. It is passive: `startPass(now)` schedules one forward pass and says when it ends, `endPass()`
 * emits its tokens. Blocks are taken at pass start; tokens appear and finished requests leave at pass end.
 */
export class VllmWorker {
  readonly id: number;
  readonly pool: BlockPool;
  readonly waiting = new Deque<SimRequest>();
  /** In admission order. */
  readonly running: SimRequest[] = [];
  /** End of the running pass, ms; Infinity while idle. */
  passEndMs = Number.POSITIVE_INFINITY;
  passes = 0;
  preemptions = 0;
  /** A pass that found nothing to do: sleep until a request is appended. */
  #asleep = false;
  #ready: SimRequest[] = [];
  #rejected: SimRequest[] = [];
  readonly #config: EngineConfig;
  readonly #timing: PassTiming;
  readonly #onAdmission: OnAdmission;

  constructor(id: number, config: EngineConfig, timing: PassTiming, onAdmission: OnAdmission) {
    this.id = id;
    this.pool = new BlockPool(config.numGpuBlocks);
    this.#config = config;
    this.#timing = timing;
    this.#onAdmission = onAdmission;
  }

  get isBusy(): boolean {
    return this.passEndMs !== Number.POSITIVE_INFINITY;
  }

  get canStart(): boolean {
    return !this.isBusy && !this.#asleep && (this.waiting.length > 0 || this.running.length > 0);
  }

  enqueue(request: SimRequest): void {
    this.waiting.pushBack(request);
    this.#asleep = false;
  }

  /** Schedules one pass at `now`. Falls asleep instead when nothing can be scheduled, preempted or rejected. */
  startPass(now: number): void {
    const plan = this.#newPlan();
    this.#rejected = [];
    this.#scheduleRunning(plan);
    this.#admitWaiting(plan, now);
    if (plan.scheduled === 0 && plan.preempted === 0 && this.#rejected.length === 0) {
      this.#asleep = true;
      return;
    }
    this.passes += 1;
    this.#ready = this.running.filter((request) => request.computed >= request.knownTokens);
    for (const request of this.#ready) if (request.outputTokens === 0) this.#release(request);
    this.passEndMs = now + this.#prefillMs(plan) + this.#decodeMs();
  }

  /**
   * Ends the running pass: every ready request gets its token, finished requests give their blocks back. Returns the
   * requests that took part in the emission, in running order, and those the pass rejected.
   */
  endPass(): { emitted: readonly SimRequest[]; rejected: readonly SimRequest[] } {
    this.passEndMs = Number.POSITIVE_INFINITY;
    for (const request of this.running) request.progressTokens = request.computed;
    for (const request of this.#ready) {
      if (request.outputTokens > 0) request.generated += 1;
      request.finished =
        request.generated === request.outputTokens || request.knownTokens >= this.#config.maxModelLen;
      if (request.finished) this.#release(request);
    }
    this.#removeFinished();
    return { emitted: this.#ready, rejected: this.#rejected };
  }

  #newPlan(): PassPlan {
    return {
      number: this.passes,
      budget: this.#config.maxNumBatchedTokens,
      prefillRequests: 0,
      sumIsl: 0,
      sumPrefix: 0,
      scheduled: 0,
      preempted: 0,
    };
  }

  /**
   * Running requests come first, in running order. The index is not corrected when a preemption removes an earlier
   * request (fifo): the request after the current one then misses this pass, as in the original.
   */
  #scheduleRunning(plan: PassPlan): void {
    let index = 0;
    while (index < this.running.length && plan.budget > 0) {
      const result = this.#schedule(this.running[index]!, NO_HITS, plan);
      if (result === 'blocked') break;
      if (result === 'scheduled') index += 1;
    }
  }

  /** First come, first served: the head blocks everybody behind it. Nothing is admitted in a pass that preempted. */
  #admitWaiting(plan: PassPlan, now: number): void {
    while (plan.preempted === 0 && this.running.length < this.#config.maxNumSeqs && this.waiting.length > 0) {
      const request = this.waiting.at(0);
      if (this.#mustReject(request)) {
        this.waiting.popFront();
        this.#rejected.push(request);
        continue;
      }
      const hits = this.#cachedPrefix(request);
      if (!this.#fitsWhole(request, hits)) break;
      if (this.#schedule(request, hits, plan) !== 'scheduled') break;
      this.waiting.popFront();
      this.running.push(request);
      const reusedTokens = hits.length * this.#config.blockSize;
      request.progressTokens = reusedTokens;
      this.#onAdmission(request, now, reusedTokens);
    }
  }

  #mustReject(request: SimRequest): boolean {
    if (request.promptTokens >= this.#config.maxModelLen) return true;
    return request.preemptions === 0 && this.#blocksFor(request.knownTokens) > this.pool.capacity;
  }

  /** The gate: room for everything known of the request, counting only hits that somebody holds as free of charge. */
  #fitsWhole(request: SimRequest, hits: readonly Block[]): boolean {
    let heldHits = 0;
    for (const hit of hits) if (hit.refs > 0) heldHits += 1;
    return this.#blocksFor(request.knownTokens) - heldHits <= this.pool.capacity - this.pool.active;
  }

  /** Longest cached run of the request's leading blocks. While it has tokens to produce, its last token is computed anew. */
  #cachedPrefix(request: SimRequest): readonly Block[] {
    if (!this.#config.enablePrefixCaching) return NO_HITS;
    const unfinished = request.generated < request.outputTokens ? 1 : 0;
    const limit = Math.floor((request.knownTokens - unfinished) / this.#config.blockSize);
    const hits: Block[] = [];
    for (let index = 0; index < limit; index++) {
      const block = this.pool.lookup(request.blockKey(index));
      if (block === undefined) break;
      hits.push(block);
    }
    return hits;
  }

  /** Gives the request as many tokens of this pass as the budget allows, and blocks for them. */
  #schedule(request: SimRequest, hits: readonly Block[], plan: PassPlan): ScheduleResult {
    const before = request.computed + hits.length * this.#config.blockSize;
    const rest = request.knownTokens - before;
    const promptBefore = Math.min(before, request.promptTokens);
    const promptRest = request.promptTokens - promptBefore;
    if (!this.#config.enableChunkedPrefill && promptRest > plan.budget) return 'blocked';
    const tokens = Math.min(rest, plan.budget);
    if (tokens === 0 && rest > 0) return 'blocked';
    const target = before + tokens;
    while (!this.#allocate(request, hits, target)) {
      const victim = this.#preempt(plan);
      if (victim === request) return 'self-preempted';
    }
    request.computed = target;
    if (this.#config.enablePrefixCaching) this.#cacheFullBlocks(request, before, target);
    this.#grant(request, plan, tokens, promptBefore, Math.min(target, request.promptTokens) - promptBefore);
    return 'scheduled';
  }

  #grant(
    request: SimRequest,
    plan: PassPlan,
    tokens: number,
    promptBefore: number,
    promptTokens: number,
  ): void {
    plan.scheduled += 1;
    plan.budget -= tokens;
    if (promptTokens > 0) {
      plan.prefillRequests += 1;
      plan.sumIsl += promptBefore + promptTokens;
      plan.sumPrefix += promptBefore;
    }
    request.grant = {
      pass: plan.number,
      tokens,
      promptTokens,
      isl: promptBefore + promptTokens,
      prefix: promptBefore,
    };
  }

  /** Covers `target` tokens with blocks: hits first (only a request without blocks has any), then fresh ones. */
  #allocate(request: SimRequest, hits: readonly Block[], target: number): boolean {
    const have = this.#blocksFor(request.allocated);
    const want = this.#blocksFor(target);
    if (want > have) {
      const shared = have === 0 ? hits : NO_HITS;
      const fresh = this.pool.reserve(shared, want - have - shared.length);
      if (fresh === undefined) return false;
      request.blocks.push(...shared, ...fresh);
    }
    request.allocated = Math.max(request.allocated, target);
    return true;
  }

  /** Blocks are visible to others as soon as they are scheduled, even within the same pass. */
  #cacheFullBlocks(request: SimRequest, before: number, target: number): void {
    const end = Math.floor(target / this.#config.blockSize);
    for (let index = Math.floor(before / this.#config.blockSize); index < end; index++) {
      const block = request.blocks[index]!;
      if (block.isPrivate) this.pool.cache(block, request.blockKey(index));
    }
  }

  /** Sends a running request back to the head of the queue, without its blocks but with its generated tokens. */
  #preempt(plan: PassPlan): SimRequest {
    const victim = (this.#config.preemptionMode === 'lifo' ? this.running.pop() : this.running.shift())!;
    this.#release(victim);
    victim.computed = 0;
    victim.allocated = 0;
    victim.progressTokens = 0;
    victim.overlapTokens = 0;
    victim.preemptions += 1;
    this.waiting.pushFront(victim);
    this.preemptions += 1;
    plan.preempted += 1;
    this.#takeBackGrant(victim, plan);
    return victim;
  }

  #takeBackGrant(victim: SimRequest, plan: PassPlan): void {
    const grant = victim.grant;
    if (grant === null || grant.pass !== plan.number) return;
    victim.grant = null;
    plan.budget += grant.tokens;
    if (grant.promptTokens === 0) return;
    plan.prefillRequests -= 1;
    plan.sumIsl -= grant.isl;
    plan.sumPrefix -= grant.prefix;
  }

  #prefillMs(plan: PassPlan): number {
    return plan.prefillRequests > 0
      ? this.#timing.prefillMs(plan.prefillRequests, plan.sumIsl, plan.sumPrefix)
      : 0;
  }

  /**
   * Every held block counts, also those of requests still in prefill. Requests that want no output take no part: once
   * computed, they have given their blocks back already.
   */
  #decodeMs(): number {
    let decoding = 0;
    let sumContext = 0;
    for (const request of this.#ready) {
      if (request.outputTokens === 0) continue;
      decoding += 1;
      sumContext += request.knownTokens;
    }
    return decoding > 0
      ? this.#timing.decodeMs(decoding, sumContext, this.pool.active, this.pool.capacity)
      : 0;
  }

  #release(request: SimRequest): void {
    this.pool.release(request.blocks);
    request.blocks = [];
  }

  #removeFinished(): void {
    let kept = 0;
    for (const request of this.running) {
      if (request.finished) continue;
      this.running[kept] = request;
      kept += 1;
    }
    this.running.length = kept;
  }

  #blocksFor(tokens: number): number {
    return Math.ceil(tokens / this.#config.blockSize);
  }
}
