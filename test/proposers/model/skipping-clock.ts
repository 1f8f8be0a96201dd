import type { Clock } from '../../../src/proposers/model/clock.ts';

/** A clock whose sleepers wake up at once, at the time they asked for. */
export class SkippingClock implements Clock {
  readonly sleepsMs: number[] = [];
  #nowMs = 1_000_000;

  nowMs(): number {
    return this.#nowMs;
  }

  sleep(durationMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.sleepsMs.push(durationMs);
    this.pass(durationMs);
    return Promise.resolve();
  }

  pass(durationMs: number): void {
    this.#nowMs += durationMs;
  }
}
