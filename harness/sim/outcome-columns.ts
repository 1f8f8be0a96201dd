import { type RequestOutcomes, STATUS } from './simulation-result.ts';

/** Whose token gaps are recorded: everybody's, nobody's, or those of the requests marked 1. */
export type GapRecording = 'all' | 'none' | Uint8Array;

/** What happens to each request, written as it happens; nothing in a simulation reads it. */
export class OutcomeColumns implements RequestOutcomes {
  readonly status: Uint8Array;
  readonly worker: Int32Array;
  readonly arrivalMs: Float64Array;
  readonly admitMs: Float64Array;
  readonly firstTokenMs: Float64Array;
  readonly secondTokenMs: Float64Array;
  readonly lastTokenMs: Float64Array;
  readonly endMs: Float64Array;
  readonly outputTokens: Int32Array;
  readonly reusedTokens: Int32Array;
  readonly firstReusedTokens: Int32Array;
  readonly placementOrder: Int32Array;
  readonly placementCalls: Int32Array;
  placements = 0;
  readonly #recording: GapRecording;

  constructor(count: number, recording: GapRecording) {
    const times = () => new Float64Array(count).fill(Number.NaN);
    this.#recording = recording;
    this.status = new Uint8Array(count);
    this.worker = new Int32Array(count).fill(-1);
    this.arrivalMs = times();
    this.admitMs = times();
    this.firstTokenMs = times();
    this.secondTokenMs = times();
    this.lastTokenMs = times();
    this.endMs = times();
    this.outputTokens = new Int32Array(count);
    this.reusedTokens = new Int32Array(count);
    this.firstReusedTokens = new Int32Array(count);
    this.placementOrder = new Int32Array(count).fill(-1);
    this.placementCalls = new Int32Array(count);
  }

  recordsGapsOf(request: number): boolean {
    if (this.#recording === 'all') return true;
    return this.#recording !== 'none' && this.#recording[request] === 1;
  }

  arrived(request: number, arrivalMs: number): void {
    this.status[request] = STATUS.inFlight;
    this.arrivalMs[request] = arrivalMs;
  }

  /** `calls`: how many the router has had so far. */
  placed(request: number, worker: number, calls: number): void {
    this.worker[request] = worker;
    this.placementOrder[this.placements] = request;
    this.placementCalls[this.placements] = calls;
    this.placements += 1;
  }

  admitted(request: number, now: number, reusedTokens: number): void {
    if (Number.isNaN(this.admitMs[request]!)) {
      this.admitMs[request] = now;
      this.firstReusedTokens[request] = reusedTokens;
    }
    if (reusedTokens > this.reusedTokens[request]!) this.reusedTokens[request] = reusedTokens;
  }

  ended(request: number, now: number, status: typeof STATUS.completed | typeof STATUS.rejected): void {
    this.status[request] = status;
    this.endMs[request] = now;
  }
}
