import { type RequestOutcomes, STATUS } from '../../harness/sim/simulation-result.ts';
import { PlainGaps } from './plain-gaps.ts';

/** Writes down what happens to each request; nothing in a simulation reads it. */
export class OutcomeRecorder {
  readonly outcomes: RequestOutcomes;
  readonly placementOrder: Int32Array;
  readonly placementCalls: Int32Array;
  placements = 0;
  /** Every token gap of completed requests. */
  readonly gaps = new PlainGaps();
  /** Gaps of requests that may never complete, until they do; null where all requests complete. */
  readonly #openGaps: Map<number, number[]> | null;

  constructor(count: number, maxSimTimeMs: number) {
    this.#openGaps = maxSimTimeMs === Number.POSITIVE_INFINITY ? null : new Map();
    const times = () => new Float64Array(count).fill(Number.NaN);
    this.outcomes = {
      status: new Uint8Array(count),
      worker: new Int32Array(count).fill(-1),
      arrivalMs: times(),
      admitMs: times(),
      firstTokenMs: times(),
      secondTokenMs: times(),
      lastTokenMs: times(),
      endMs: times(),
      outputTokens: new Int32Array(count),
      reusedTokens: new Int32Array(count),
      firstReusedTokens: new Int32Array(count),
    };
    this.placementOrder = new Int32Array(count).fill(-1);
    this.placementCalls = new Int32Array(count);
  }

  arrived(request: number, arrivalMs: number): void {
    this.outcomes.status[request] = STATUS.inFlight;
    this.outcomes.arrivalMs[request] = arrivalMs;
  }

  placed(request: number, worker: number, calls: number): void {
    this.outcomes.worker[request] = worker;
    this.placementOrder[this.placements] = request;
    this.placementCalls[this.placements] = calls;
    this.placements += 1;
  }

  admitted(request: number, now: number, reusedTokens: number): void {
    const { admitMs, reusedTokens: reused, firstReusedTokens } = this.outcomes;
    if (Number.isNaN(admitMs[request])) {
      admitMs[request] = now;
      firstReusedTokens[request] = reusedTokens;
    }
    if (reusedTokens > reused[request]!) reused[request] = reusedTokens;
  }

  token(request: number, now: number): void {
    const { firstTokenMs, secondTokenMs, lastTokenMs, outputTokens } = this.outcomes;
    if (outputTokens[request] === 0) firstTokenMs[request] = now;
    else {
      if (outputTokens[request] === 1) secondTokenMs[request] = now;
      this.#addGap(request, now - lastTokenMs[request]!);
    }
    lastTokenMs[request] = now;
    outputTokens[request]! += 1;
  }

  ended(request: number, now: number, status: typeof STATUS.completed | typeof STATUS.rejected): void {
    this.outcomes.status[request] = status;
    this.outcomes.endMs[request] = now;
    for (const gapMs of this.#openGaps?.get(request) ?? []) this.gaps.add(gapMs);
    this.#openGaps?.delete(request);
  }

  #addGap(request: number, gapMs: number): void {
    if (this.#openGaps === null) {
      this.gaps.add(gapMs);
      return;
    }
    const gaps = this.#openGaps.get(request);
    if (gaps === undefined) this.#openGaps.set(request, [gapMs]);
    else gaps.push(gapMs);
  }
}
