import { GapSketch } from './gap-sketch.ts';
import { type RequestOutcomes, STATUS } from './simulation-result.ts';

/** Writes down what happens to each request; nothing in a simulation reads it. */
export class OutcomeRecorder {
  readonly outcomes: RequestOutcomes;
  readonly placementOrder: Int32Array;
  placements = 0;
  readonly gaps = new GapSketch();

  constructor(count: number) {
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
  }

  arrived(request: number, arrivalMs: number): void {
    this.outcomes.status[request] = STATUS.inFlight;
    this.outcomes.arrivalMs[request] = arrivalMs;
  }

  placed(request: number, worker: number): void {
    this.outcomes.worker[request] = worker;
    this.placementOrder[this.placements] = request;
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
      this.gaps.add(now - lastTokenMs[request]!);
    }
    lastTokenMs[request] = now;
    outputTokens[request]! += 1;
  }

  ended(request: number, now: number, status: typeof STATUS.completed | typeof STATUS.rejected): void {
    this.outcomes.status[request] = status;
    this.outcomes.endMs[request] = now;
  }
}
