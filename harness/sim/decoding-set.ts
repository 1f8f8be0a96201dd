import { doubled } from '../ds/doubled.ts';
import { BlockNeeds } from './block-needs.ts';
import type { ClusterClock } from './cluster-clock.ts';
import type { GapSketch } from './gap-sketch.ts';
import type { Residents } from './kv-cache.ts';
import type { OutcomeColumns } from './outcome-columns.ts';
import type { RequestStates } from './request-states.ts';

const NEVER = Number.POSITIVE_INFINITY;

/**
 * The running requests of a worker that are past their prefill. In a pass each of them computes one token and emits one,
 * so the set advances by counting *rounds*: a member has produced `rounds − roundsBefore` tokens, it needs new blocks at
 * a fixed phase of the round counter, and the next one to finish is a minimum.
 */
export class DecodingSet {
  size = 0;
  /** Prompt and produced tokens of all members. */
  contextTokens = 0;
  /** Rounds so far, and the same modulo the block size. */
  rounds = 0;
  phase = 0;
  /** The round in which the next member finishes. */
  nextFinishRound = NEVER;
  /** End of the worker's last pass: when every member emitted its last token. */
  lastRoundMs = 0;
  readonly needs: BlockNeeds;
  readonly blockSize: number;

  readonly #requests: RequestStates;
  readonly #outcomes: OutcomeColumns;
  readonly #gaps: GapSketch;
  readonly #clock: ClusterClock;
  /** Members whose gaps are recorded. */
  #recorded = 0;
  /** Members that have produced one token. */
  #awaitSecond = new Int32Array(16);
  #awaiting = 0;

  constructor(
    blockSize: number,
    requests: RequestStates,
    outcomes: OutcomeColumns,
    gaps: GapSketch,
    clock: ClusterClock,
  ) {
    this.#clock = clock;
    this.needs = new BlockNeeds(blockSize);
    this.blockSize = blockSize;
    this.#requests = requests;
    this.#outcomes = outcomes;
    this.#gaps = gaps;
  }

  /** Blocks that the members need in the next round. */
  blocksNeeded(): number {
    return this.needs.at(this.phase);
  }

  produced(request: number): number {
    return this.rounds - this.#requests.roundsBefore[request]!;
  }

  /** A request that has just emitted a token, and will emit more. */
  join(request: number): void {
    const { columns, generated, targetTokens, roundsBefore, finishRound, isDecoding } = this.#requests;
    const produced = generated[request]!;
    isDecoding[request] = 1;
    roundsBefore[request] = this.rounds - produced;
    finishRound[request] = this.rounds - produced + targetTokens[request]!;
    this.needs.add(this.#phaseOf(request));
    this.size += 1;
    this.contextTokens += columns.promptTokens[request]! + produced;
    if (this.#outcomes.recordsGapsOf(request)) this.#recorded += 1;
    if (produced === 1) this.#awaitSecondToken(request);
  }

  leave(request: number, produced: number): void {
    const { columns, computed, generated, isDecoding } = this.#requests;
    isDecoding[request] = 0;
    generated[request] = produced;
    computed[request] = columns.promptTokens[request]! + produced - 1;
    this.needs.remove(this.#phaseOf(request));
    this.size -= 1;
    this.contextTokens -= columns.promptTokens[request]! + produced;
    if (this.#outcomes.recordsGapsOf(request)) this.#recorded -= 1;
  }

  /** Everybody by himself again, as of the start of a pass. */
  dissolve({ ids, length }: Residents): void {
    const { isDecoding, computed, lastTokenMs, progressTokens } = this.#requests;
    for (let i = 0; i < length; i++) {
      const request = ids[i]!;
      if (isDecoding[request] === 0) continue;
      this.leave(request, this.produced(request));
      lastTokenMs[request] = this.lastRoundMs;
      progressTokens[request] = computed[request]!;
    }
    this.#awaiting = 0;
    this.nextFinishRound = NEVER;
  }

  /** Every member emits one token now. */
  emit(): void {
    const endMs = this.#clock.now;
    if (this.#recorded > 0) this.#gaps.add(endMs - this.lastRoundMs, this.#recorded);
    if (this.#awaiting > 0) this.#recordSecondTokens(endMs);
    this.#countRounds(1, endMs);
  }

  /** Every member emits a token at the end of each of the passes [from, to); pass i goes from clockMs[i] to clockMs[i + 1]. */
  emitInPasses(clockMs: Float64Array, from: number, to: number): void {
    if (this.#recorded > 0) this.#gaps.addPasses(clockMs, from, to, this.#recorded);
    if (this.#awaiting > 0) this.#recordSecondTokens(clockMs[from + 1]!);
    this.#countRounds(to - from, clockMs[to]!);
  }

  /** As emitInPasses(), for passes that all last `passMs`, but for the rounding of the clock. */
  emitInEqualPasses(clockMs: Float64Array, from: number, to: number, passMs: number): void {
    if (this.#recorded > 0) this.#gaps.addEqualPasses(clockMs, from, to, passMs, this.#recorded);
    if (this.#awaiting > 0) this.#recordSecondTokens(clockMs[from + 1]!);
    this.#countRounds(to - from, clockMs[to]!);
  }

  #countRounds(rounds: number, endMs: number): void {
    const phase = this.phase + rounds;
    this.phase = phase < this.blockSize ? phase : phase % this.blockSize;
    this.rounds += rounds;
    this.contextTokens += rounds * this.size;
    this.lastRoundMs = endMs;
  }

  #awaitSecondToken(request: number): void {
    if (this.#awaiting === this.#awaitSecond.length) this.#awaitSecond = doubled(this.#awaitSecond);
    this.#awaitSecond[this.#awaiting] = request;
    this.#awaiting += 1;
  }

  #recordSecondTokens(endMs: number): void {
    const { secondTokenMs } = this.#outcomes;
    for (let i = 0; i < this.#awaiting; i++) secondTokenMs[this.#awaitSecond[i]!] = endMs;
    this.#awaiting = 0;
  }

  /** The phase of the rounds in which a member's next token needs a new block. */
  #phaseOf(request: number): number {
    const { columns, roundsBefore } = this.#requests;
    const phase = (roundsBefore[request]! - columns.promptTokens[request]! + 1) % this.blockSize;
    return phase < 0 ? phase + this.blockSize : phase;
  }
}
